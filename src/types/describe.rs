//! Types as text: Bro's `type_name`, and the type names in messages.

use std::fmt::{self, Write};

use super::{FuncType, RecordType, Type, TypeKind, TypeRef};
use crate::syntax::ast::Flavor;

/// How many types one text names before the rest is `...`: nested records can multiply without bound.
const MAX_PARTS: usize = 20_000;

/// How deep types nest in one text before `...`.
const MAX_DEPTH: usize = 200;

impl fmt::Display for Type {
    /// As `type_name` gives it: `table[string] of count`, `record { a:count; b:string; }`, `enum`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Writer { out: f, names: Names::None, open: Vec::new(), parts: 0 }.ty(self)
    }
}

impl Type {
    /// As messages show it: a named record by its name, also inside other types.
    pub fn short(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = Writer { out: &mut text, names: Names::Records, open: Vec::new(), parts: 0 }.ty(self);
        text
    }

    /// As Zeek shows it since 5.0: whatever has a name by its name, also inside other types.
    pub fn by_names(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = Writer { out: &mut text, names: Names::All, open: Vec::new(), parts: 0 }.ty(self);
        text
    }

    /// The kind by its word alone: `table`, `func`, `types` for a list.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            TypeKind::Error => "error",
            TypeKind::Void => "void",
            TypeKind::Bool => "bool",
            TypeKind::Int => "int",
            TypeKind::Count => "count",
            TypeKind::Double => "double",
            TypeKind::Time => "time",
            TypeKind::Interval => "interval",
            TypeKind::String => "string",
            TypeKind::Pattern => "pattern",
            TypeKind::Port => "port",
            TypeKind::Addr => "addr",
            TypeKind::Subnet => "subnet",
            TypeKind::Any => "any",
            TypeKind::Enum(_) => "enum",
            TypeKind::Table { .. } => "table",
            TypeKind::Vector(_) => "vector",
            TypeKind::Record(_) => "record",
            TypeKind::Func(_) => "func",
            TypeKind::File(_) => "file",
            TypeKind::Opaque(_) => "opaque",
            TypeKind::Type(_) => "type",
            TypeKind::List(_) => "types",
        }
    }
}

/// Which types are shown by their names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    None,
    Records,
    All,
}

struct Writer<'a, W> {
    out: &'a mut W,
    names: Names,
    /// Ids of the records being written, outermost first.
    open: Vec<u32>,
    parts: usize,
}

impl<W: Write> Writer<'_, W> {
    fn ty(&mut self, ty: &Type) -> fmt::Result {
        self.nested(ty, 0)
    }

    fn nested(&mut self, ty: &Type, depth: usize) -> fmt::Result {
        self.parts += 1;
        if self.parts > MAX_PARTS || depth > MAX_DEPTH {
            return self.out.write_str("...");
        }
        let depth = depth + 1;
        let name = match &ty.kind {
            TypeKind::Record(_) if self.names != Names::None => ty.name(),
            TypeKind::Enum(names) if self.names == Names::All => Some(names.name),
            _ if self.names == Names::All => ty.name(),
            _ => None,
        };
        if let Some(name) = name {
            return self.out.write_str(name.as_str());
        }
        match &ty.kind {
            TypeKind::Table { index, yields } => {
                self.out.write_str(if yields.is_some() { "table[" } else { "set[" })?;
                self.list(index, depth)?;
                self.out.write_str("]")?;
                if let Some(yields) = yields {
                    self.out.write_str(" of ")?;
                    self.nested(yields, depth)?;
                }
                Ok(())
            }
            TypeKind::Vector(element) => {
                self.out.write_str("vector of ")?;
                self.nested(element, depth)
            }
            TypeKind::Record(record) => self.record(record, depth),
            TypeKind::Func(func) => self.func(func, depth),
            TypeKind::File(element) => {
                self.out.write_str("file of ")?;
                self.nested(element, depth)
            }
            TypeKind::Opaque(name) => write!(self.out, "opaque of {name}"),
            TypeKind::List(parts) => {
                self.out.write_str("list of ")?;
                self.list(parts, depth)
            }
            _ => self.out.write_str(ty.kind_name()),
        }
    }

    fn list(&mut self, types: &[TypeRef], depth: usize) -> fmt::Result {
        for (place, ty) in types.iter().enumerate() {
            if place > 0 {
                self.out.write_str(",")?;
            }
            self.nested(ty, depth)?;
        }
        Ok(())
    }

    fn record(&mut self, record: &RecordType, depth: usize) -> fmt::Result {
        if self.open.contains(&record.id) {
            return self.out.write_str("<recursion>");
        }
        self.open.push(record.id);
        self.out.write_str("record { ")?;
        record.with_fields(|fields| -> fmt::Result {
            for (place, field) in fields.iter().enumerate() {
                if place > 0 {
                    self.out.write_str(" ")?;
                }
                write!(self.out, "{}:", field.name)?;
                self.nested(&field.ty, depth)?;
                self.out.write_str(";")?;
            }
            Ok(())
        })?;
        self.open.pop();
        self.out.write_str(" }")
    }

    fn func(&mut self, func: &FuncType, depth: usize) -> fmt::Result {
        self.out.write_str(match func.flavor {
            Flavor::Function => "function(",
            Flavor::Event => "event(",
            Flavor::Hook => "hook(",
        })?;
        for (place, parameter) in func.parameters.iter().enumerate() {
            if place > 0 {
                self.out.write_str(" ")?;
            }
            write!(self.out, "{}:", parameter.name)?;
            self.nested(&parameter.ty, depth)?;
            self.out.write_str(";")?;
        }
        self.out.write_str(")")?;
        if func.flavor == Flavor::Event {
            return Ok(());
        }
        self.out.write_str(" : ")?;
        self.nested(&func.result, depth)
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use crate::source::{Span, Symbol};
    use crate::syntax::ast::Flavor;
    use crate::types::{EnumType, Field, FuncType, Parameter, RecordType, Type, TypeKind, TypeRef};

    fn field(name: &str, ty: TypeRef) -> Field {
        Field::new(Symbol::new(name), ty, Span::NONE)
    }

    fn named(name: &str, fields: Vec<Field>) -> TypeRef {
        Type::named(TypeKind::Record(Rc::new(RecordType::new(fields))), Symbol::new(name))
    }

    fn func(flavor: Flavor, result: TypeRef) -> String {
        let parameter = |name: &str, ty| Parameter { name: Symbol::new(name), ty, default: None, deprecated: false };
        let parameters = vec![parameter("a", Type::count()), parameter("b", Type::string())];
        Type::func(FuncType { flavor, parameters, result, variadic: false }).to_string()
    }

    #[test]
    fn types_read_as_in_bro() {
        assert_eq!(Type::set(vec![Type::addr(), Type::port()]).to_string(), "set[addr,port]");
        assert_eq!(
            Type::table(vec![Type::string()], Type::vector(Type::count())).to_string(),
            "table[string] of vector of count"
        );
        assert_eq!(Type::opaque("md5").to_string(), "opaque of md5");
        assert_eq!(Type::new(TypeKind::File(Type::string())).to_string(), "file of string");
        assert_eq!(Type::type_of(Type::count()).to_string(), "type");
        assert_eq!(Type::list(vec![Type::count(), Type::bool()]).to_string(), "list of count,bool");
        assert_eq!(Rc::new(EnumType::new(Symbol::new("Color"))).to_type().to_string(), "enum");
        assert_eq!(func(Flavor::Function, Type::void()), "function(a:count; b:string;) : void");
        assert_eq!(func(Flavor::Hook, Type::bool()), "hook(a:count; b:string;) : bool");
        assert_eq!(func(Flavor::Event, Type::void()), "event(a:count; b:string;)");
    }

    #[test]
    fn records_are_written_out_and_short_by_name() {
        let inner = named("Inner", vec![field("x", Type::count())]);
        let outer = named("Outer", vec![field("a", Type::set(vec![inner.clone()])), field("b", Type::bool())]);
        assert_eq!(outer.to_string(), "record { a:set[record { x:count; }]; b:bool; }");
        assert_eq!(outer.short(), "Outer");
        assert_eq!(Type::vector(inner).short(), "vector of Inner");
        assert_eq!(Type::record(RecordType::new(Vec::new())).short(), "record {  }");
        let color = Rc::new(EnumType::new(Symbol::new("Color"))).to_type();
        assert_eq!(Type::set(vec![color.clone(), Type::count()]).by_names(), "set[Color,count]");
        assert_eq!(Type::vector(color).short(), "vector of enum");
    }

    #[test]
    fn recursion_is_marked() {
        let ty = named("R", vec![field("a", Type::count())]);
        let record = ty.as_record().unwrap();
        record.push(field("self", ty.clone()));
        record.push(field("all", Type::table(vec![Type::string()], ty.clone())));
        assert_eq!(ty.to_string(), "record { a:count; self:<recursion>; all:table[string] of <recursion>; }");
    }

    #[test]
    fn records_that_multiply_are_cut() {
        let mut ty = named("R0", vec![field("a", Type::count())]);
        for _ in 0..40 {
            ty = named("R", vec![field("a", ty.clone()), field("b", ty)]);
        }
        assert!(ty.to_string().len() < 1_000_000);
    }
}
