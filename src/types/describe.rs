//! Types as text: Bro's `type_name` and the type names in messages.

use std::fmt;

use super::{FuncType, Type, TypeKind, TypeRef};
use crate::syntax::ast::Flavor;

/// How deep an anonymous type is written out before `...`: a record may hold itself.
const MAX_DEPTH: usize = 12;

impl fmt::Display for Type {
    /// As Bro describes a type in messages: `table[string] of count`, a named record by its name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_type(f, self, MAX_DEPTH)
    }
}

fn write_type(f: &mut fmt::Formatter<'_>, ty: &Type, depth: usize) -> fmt::Result {
    if depth == 0 {
        return f.write_str("...");
    }
    match &ty.kind {
        TypeKind::Error => f.write_str("error"),
        TypeKind::Void => f.write_str("void"),
        TypeKind::Bool => f.write_str("bool"),
        TypeKind::Int => f.write_str("int"),
        TypeKind::Count => f.write_str("count"),
        TypeKind::Double => f.write_str("double"),
        TypeKind::Time => f.write_str("time"),
        TypeKind::Interval => f.write_str("interval"),
        TypeKind::String => f.write_str("string"),
        TypeKind::Pattern => f.write_str("pattern"),
        TypeKind::Port => f.write_str("port"),
        TypeKind::Addr => f.write_str("addr"),
        TypeKind::Subnet => f.write_str("subnet"),
        TypeKind::Any => f.write_str("any"),
        TypeKind::Enum(enumeration) => write!(f, "enum {}", enumeration.name),
        TypeKind::Table { index, yields } => {
            f.write_str(if yields.is_some() { "table[" } else { "set[" })?;
            write_list(f, index, ",", depth)?;
            f.write_str("]")?;
            if let Some(yields) = yields {
                f.write_str(" of ")?;
                write_type(f, yields, depth - 1)?;
            }
            Ok(())
        }
        TypeKind::Vector(element) => {
            f.write_str("vector of ")?;
            write_type(f, element, depth - 1)
        }
        TypeKind::Record(record) => {
            f.write_str("record { ")?;
            record.with_fields(|fields| {
                for field in fields {
                    write!(f, "{}:", field.name)?;
                    write_type(f, &field.ty, depth - 1)?;
                    f.write_str("; ")?;
                }
                f.write_str("}")
            })
        }
        TypeKind::Func(func) => write_func(f, func, depth),
        TypeKind::File(element) => {
            f.write_str("file of ")?;
            write_type(f, element, depth - 1)
        }
        TypeKind::Opaque(name) => write!(f, "opaque of {name}"),
        TypeKind::Type(of) => {
            f.write_str("type ")?;
            write_type(f, of, depth - 1)
        }
        TypeKind::List(parts) => {
            f.write_str("list of ")?;
            write_list(f, parts, ",", depth)
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, types: &[TypeRef], separator: &str, depth: usize) -> fmt::Result {
    for (index, ty) in types.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write_type(f, ty, depth - 1)?;
    }
    Ok(())
}

fn write_func(f: &mut fmt::Formatter<'_>, func: &FuncType, depth: usize) -> fmt::Result {
    f.write_str(match func.flavor {
        Flavor::Function => "function(",
        Flavor::Event => "event(",
        Flavor::Hook => "hook(",
    })?;
    for parameter in &func.parameters {
        write!(f, "{}:", parameter.name)?;
        write_type(f, &parameter.ty, depth - 1)?;
        f.write_str("; ")?;
    }
    f.write_str(") : ")?;
    write_type(f, &func.result, depth - 1)
}

impl Type {
    /// As messages show it: a named record by its name, otherwise the whole type.
    pub fn short(&self) -> String {
        match (&self.kind, self.name()) {
            (TypeKind::Record(_), Some(name)) => name.to_string(),
            _ => self.to_string(),
        }
    }
}
