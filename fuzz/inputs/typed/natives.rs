//! The natives by what they give, out of their prototypes.

use std::sync::OnceLock;

use brood::builtins;
use brood::source::FileId;
use brood::syntax::ast::{BasicType, TypeExpr, TypeExprKind};
use brood::syntax::lexer::Lexer;
use brood::syntax::parser::parse_prototype;
use brood::syntax::token::SpannedToken;

use super::types::{NAMED, Type};

pub(super) struct Native {
    pub(super) name: &'static str,
    pub(super) parameters: Vec<Type>,
    pub(super) result: Type,
    /// Takes any number of arguments of any type.
    pub(super) variadic: bool,
}

/// These end the run, or only say that there are no packets.
const LEFT_OUT: &[&str] = &["exit", "terminate", "Reporter::fatal", "Reporter::fatal_error_with_core"];

static NATIVES: OnceLock<Vec<Native>> = OnceLock::new();

/// Every native whose arguments can be made.
pub(super) fn all() -> &'static [Native] {
    NATIVES.get_or_init(|| {
        let mut natives: Vec<Native> =
            builtins::all().filter_map(|(_, native)| read(native.name, native.prototype)).collect();
        natives.retain(|native| !LEFT_OUT.contains(&native.name));
        natives
    })
}

fn read(name: &'static str, prototype: &str) -> Option<Native> {
    let text = format!("{name}: {prototype}");
    let tokens: Vec<SpannedToken> = Lexer::new(FileId(0), text.as_bytes()).filter_map(Result::ok).collect();
    let prototype = parse_prototype(&tokens).ok()?;
    let variadic = prototype.signature.parameters.iter().any(|field| field.name.name.as_str() == "va_args");
    let parameters = prototype.signature.parameters.iter().map(|field| of(&field.ty)).collect::<Option<Vec<_>>>()?;
    // What gives something that nothing else takes is called all the same.
    let result = prototype.signature.result.as_ref().and_then(|ty| of(ty)).unwrap_or(Type::Any);
    Some(Native { name, parameters, result, variadic })
}

/// The type of a parameter; `None` for those that no expression is made of.
fn of(ty: &TypeExpr) -> Option<Type> {
    let all = |types: &[TypeExpr]| types.iter().map(of).collect::<Option<Vec<_>>>();
    Some(match &ty.kind {
        TypeExprKind::Basic(basic) => match basic {
            BasicType::Void => Type::Void,
            BasicType::Bool => Type::Bool,
            BasicType::Int => Type::Int,
            BasicType::Count => Type::Count,
            BasicType::Double => Type::Double,
            BasicType::Time => Type::Named("time"),
            BasicType::Interval => Type::Named("interval"),
            BasicType::String => Type::String,
            BasicType::Pattern => Type::Named("pattern"),
            BasicType::Port => Type::Named("port"),
            BasicType::Addr => Type::Named("addr"),
            BasicType::Subnet => Type::Named("subnet"),
            BasicType::Any => Type::Any,
        },
        TypeExprKind::Table { index, yields } => Type::Table(all(index)?, Box::new(of(yields)?)),
        TypeExprKind::Set(index) => Type::Set(all(index)?),
        TypeExprKind::Vector(yields) => Type::Vector(Box::new(of(yields)?)),
        TypeExprKind::Name(name) => match name.as_str() {
            "string_vec" => Type::Vector(Box::new(Type::String)),
            "index_vec" => Type::Vector(Box::new(Type::Count)),
            "any_vec" => Type::Vector(Box::new(Type::Any)),
            "addr_vec" => Type::Vector(Box::new(Type::Named("addr"))),
            "subnet_vec" => Type::Vector(Box::new(Type::Named("subnet"))),
            "string_set" => Type::Set(vec![Type::String]),
            "string_array" => Type::Table(vec![Type::Count], Box::new(Type::String)),
            "transport_proto" => Type::Named("transport_proto"),
            name => Type::Named(NAMED.iter().find(|known| **known == name)?),
        },
        // Handles are passed on as they are.
        TypeExprKind::Opaque(name) => match name.as_str() {
            "md5" => Type::Named("opaque of md5"),
            "sha1" => Type::Named("opaque of sha1"),
            "sha256" => Type::Named("opaque of sha256"),
            "entropy" => Type::Named("opaque of entropy"),
            "bloomfilter" => Type::Named("opaque of bloomfilter"),
            "topk" => Type::Named("opaque of topk"),
            "cardinality" => Type::Named("opaque of cardinality"),
            _ => return None,
        },
        TypeExprKind::File(_) => Type::Named("file"),
        _ => return None,
    })
}
