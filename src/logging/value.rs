//! What goes into a log: columns and plain values, without the engine's types. They may be sent to other nodes.

use crate::types::{Type, TypeKind, TypeTag};
use crate::value::{Address, Subnet, Value};
use crate::wire::LogType;
pub use crate::wire::{LogKind as Kind, LogValue};

impl Kind {
    fn simple(ty: &Type) -> Option<Self> {
        Some(match ty.tag() {
            TypeTag::Bool => Kind::Bool,
            TypeTag::Int => Kind::Int,
            TypeTag::Count => Kind::Count,
            TypeTag::Double => Kind::Double,
            TypeTag::Time => Kind::Time,
            TypeTag::Interval => Kind::Interval,
            TypeTag::String => Kind::String,
            TypeTag::Enum => Kind::Enum,
            TypeTag::Port => Kind::Port,
            TypeTag::Addr => Kind::Addr,
            TypeTag::Subnet => Kind::Subnet,
            TypeTag::File => Kind::File,
            TypeTag::Func => Kind::Func,
            _ => return None,
        })
    }

    /// The kind of a column of this type and that of its elements. `None` where it cannot be logged, or is a record,
    /// whose fields are columns of their own.
    pub fn of(ty: &Type) -> Option<(Self, Option<Self>)> {
        match &ty.kind {
            TypeKind::Table { index, yields: None } => match index.as_slice() {
                [element] => Some((Kind::Set, Some(Kind::simple(element)?))),
                _ => None,
            },
            TypeKind::Vector(element) => Some((Kind::Vector, Some(Kind::simple(element)?))),
            _ => Some((Kind::simple(ty)?, None)),
        }
    }
}

/// A column of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub kind: Kind,
    /// For sets and vectors: the kind of their elements.
    pub element: Option<Kind>,
    pub optional: bool,
}

impl Field {
    /// What the values of the column are.
    pub fn ty(&self) -> LogType {
        LogType { kind: self.kind, element: self.element }
    }

    /// `addr`, `set[string]`
    pub fn type_name(&self) -> String {
        match self.element {
            Some(element) => format!("{}[{}]", self.kind.name(), element.name()),
            None => self.kind.name().to_owned(),
        }
    }
}

/// A script's value as it is logged. The checks of streams see to it that its type is one that can be.
pub(super) fn log_value(value: &Value) -> LogValue {
    match value {
        Value::Table(table) => {
            let mut elements = Vec::with_capacity(table.len());
            table.for_each(|key, _| elements.extend(key.first().map(simple)));
            LogValue::Set(elements)
        }
        Value::Vector(vector) => LogValue::Vector(vector.with(|elements| elements.iter().map(simple).collect())),
        _ => simple(value),
    }
}

fn simple(value: &Value) -> LogValue {
    match value {
        Value::Bool(flag) => LogValue::Bool(*flag),
        Value::Int(number) => LogValue::Int(*number),
        Value::Count(number) => LogValue::Count(*number),
        Value::Double(number) => LogValue::Double(*number),
        Value::Time(time) => LogValue::Time(*time),
        Value::Interval(interval) => LogValue::Interval(*interval),
        Value::String(text) => LogValue::Text(text.as_bytes().to_vec()),
        Value::Port(number, protocol) => LogValue::Port(*number, *protocol),
        Value::Addr4(_) | Value::Addr6(_) => {
            value.as_address().map_or(LogValue::Unset, |Address(address)| LogValue::Addr(address))
        }
        Value::Subnet4(..) | Value::Subnet6(_) => {
            value.as_subnet().map_or(LogValue::Unset, |Subnet { prefix, width }| LogValue::Subnet(prefix.0, width))
        }
        Value::Enum(number, of) => {
            LogValue::Text(of.name_of(*number).map(|name| name.as_str().into()).unwrap_or_default())
        }
        Value::File(file) => LogValue::Text(file.name.as_bytes().to_vec()),
        Value::Func(_) => LogValue::Text(value.describe()),
        _ => LogValue::Unset,
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Kind, LogValue, log_value};
    use crate::types::Type;
    use crate::value::Value;

    #[test]
    fn columns_are_of_simple_types_and_containers_of_them() {
        assert_eq!(Kind::of(&Type::count()), Some((Kind::Count, None)));
        assert_eq!(Kind::of(&Type::set(vec![Type::addr()])), Some((Kind::Set, Some(Kind::Addr))));
        assert_eq!(Kind::of(&Type::set(vec![Type::addr(), Type::port()])), None);
        assert_eq!(Kind::of(&Type::vector(Type::vector(Type::count()))), None);
        assert_eq!(Kind::of(&Type::table(vec![Type::addr()], Type::count())), None);
        assert_eq!(Kind::of(&Type::pattern()), None);
    }

    #[test]
    fn names_of_types() {
        let field = |kind, element| Field { name: "f".into(), kind, element, optional: false }.type_name();
        assert_eq!(field(Kind::Vector, Some(Kind::Interval)), "vector[interval]");
        assert_eq!(field(Kind::Func, None), "func");
    }

    #[test]
    fn values_become_plain() {
        assert_eq!(log_value(&Value::string("a")), LogValue::Text(b"a".to_vec()));
        assert_eq!(log_value(&Value::Subnet4(0x0a00_0000, 8)), LogValue::Subnet("10.0.0.0".parse().unwrap(), 8));
        assert_eq!(log_value(&Value::Unset), LogValue::Unset);
    }
}
