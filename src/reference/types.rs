//! Types and values as somebody would write them, on one line.

use crate::syntax::ast::Flavor;
use crate::types::{FuncType, Type, TypeKind};
use crate::value::Value;
use crate::value::describe::{Lines, Style};

/// How deep types nest in one text before `...`.
const MAX_DEPTH: usize = 12;

/// The type by its name where it has one, otherwise spelled out.
pub fn type_text(ty: &Type) -> String {
    text(ty, MAX_DEPTH)
}

fn text(ty: &Type, depth: usize) -> String {
    if let Some(name) = ty.name() {
        return name.to_string();
    }
    spelled_out(ty, depth)
}

/// The type spelled out, whatever its name.
pub(super) fn spelled_out(ty: &Type, depth: usize) -> String {
    let Some(depth) = depth.checked_sub(1) else { return "...".into() };
    let list = |types: &[crate::types::TypeRef]| types.iter().map(|ty| text(ty, depth)).collect::<Vec<_>>().join(", ");
    match &ty.kind {
        TypeKind::Table { index, .. } if index.is_empty() => "table".into(),
        TypeKind::Table { index, yields: Some(yields) } => format!("table[{}] of {}", list(index), text(yields, depth)),
        TypeKind::Table { index, yields: None } => format!("set[{}]", list(index)),
        TypeKind::Vector(element) => format!("vector of {}", text(element, depth)),
        TypeKind::Record(record) => {
            let fields = record.save();
            let fields: Vec<String> =
                fields.iter().map(|field| format!("{}: {};", field.name, text(&field.ty, depth))).collect();
            format!("record {{ {} }}", fields.join(" "))
        }
        TypeKind::Enum(enumeration) => enumeration.name.to_string(),
        TypeKind::Func(func) => {
            let word = match func.flavor {
                Flavor::Function => "function",
                Flavor::Event => "event",
                Flavor::Hook => "hook",
            };
            format!("{word}{}", signature(func, depth, &|_| None))
        }
        TypeKind::File(element) if matches!(element.kind, TypeKind::String) => "file".into(),
        TypeKind::File(element) => format!("file of {}", text(element, depth)),
        TypeKind::Opaque(name) => format!("opaque of {name}"),
        TypeKind::Type(of) => format!("type {}", text(of, depth)),
        TypeKind::List(parts) => format!("list of {}", list(parts)),
        _ => ty.kind_name().into(),
    }
}

/// `(a: count, b: string &default="x"): bool`. `default` gives the text of a parameter's default.
pub(super) fn signature(
    func: &FuncType,
    depth: usize,
    default: &dyn Fn(crate::types::ThunkId) -> Option<String>,
) -> String {
    let parameters: Vec<String> = func
        .parameters
        .iter()
        .map(|parameter| {
            let default = parameter.default.and_then(default).map(|text| format!(" &default={text}"));
            format!("{}: {}{}", parameter.name, text(&parameter.ty, depth), default.unwrap_or_default())
        })
        .collect();
    let result = match (&func.flavor, &func.result.kind) {
        (Flavor::Function, TypeKind::Void) | (Flavor::Event | Flavor::Hook, _) => String::new(),
        (Flavor::Function, _) => format!(": {}", text(&func.result, depth)),
    };
    format!("({}){result}", parameters.join(", "))
}

/// A value on one line, strings in quotes.
pub fn value_text(value: &Value) -> String {
    let text = value.text(Style { raw: false, quotes: true, lines: Lines::Joined });
    String::from_utf8_lossy(&text).into_owned()
}
