//! Script values.
//!
//! A [`Value`] is 16 bytes: scalars inline, everything else one shared, reference-counted object. Values describe
//! themselves (a record knows its record type, an enum value its enum), so text, comparison and conversion need no
//! context. They never leave the thread that made them; what crosses threads is wire data.

mod addr;
pub mod compare;
pub mod convert;
pub mod copy;
pub mod describe;
mod file;
pub mod format;
mod function;
pub mod function_text;
mod literals;
pub mod numbers;
mod opaque;
mod printf;
mod record;
mod release;
pub mod snapshot;
mod text;
mod vector;

use std::rc::Rc;

pub use addr::{Address, Subnet};
pub use file::FileObject;
pub use function::{Bodies, BodyId, Closure, FuncKind, FuncObject, FunctionBody};
pub use literals::shared_literal;
pub use opaque::{Opaque, OpaqueObject};
pub use record::RecordObject;
pub use text::Text;
pub use vector::VectorObject;

use crate::pattern::Pattern;
pub use crate::syntax::ast::Protocol;
use crate::types::{EnumType, Type, TypeRef};

pub mod table;
pub use table::{TableIterator, TableObject};

#[derive(Clone, Debug, Default)]
pub enum Value {
    /// No value: an unset optional field, a local without initialiser, a hole in a vector, the result of `void`.
    #[default]
    Unset,
    Bool(bool),
    Int(i64),
    Count(u64),
    Double(f64),
    /// Seconds since the epoch.
    Time(f64),
    /// Seconds.
    Interval(f64),
    Port(u16, Protocol),
    /// IPv4, host byte order.
    Addr4(u32),
    /// Address with host bits cleared, and width 0 to 32. Up to here values hold nothing that is shared: kept in a row,
    /// one comparison tells.
    Subnet4(u32, u8),
    Enum(i32, Rc<EnumType>),
    /// IPv6; never an IPv4-mapped address, which is `Addr4`.
    Addr6(Rc<[u8; 16]>),
    /// Width 0 to 128.
    Subnet6(Rc<([u8; 16], u8)>),
    String(Rc<Text>),
    Pattern(Rc<Pattern>),
    Table(Rc<TableObject>),
    Vector(Rc<VectorObject>),
    Record(Rc<RecordObject>),
    Func(Rc<FuncObject>),
    File(Rc<FileObject>),
    Opaque(Rc<OpaqueObject>),
    Type(TypeRef),
    /// State of a running `for`; lives in registers only.
    Iterator(Rc<table::TableIterator>),
    /// Several values as one: the index of a multi-column table where it is held as a value.
    List(Rc<Vec<Value>>),
}

impl Value {
    pub fn string(bytes: impl AsRef<[u8]>) -> Value {
        Value::String(Rc::new(Text::new(bytes.as_ref())))
    }

    pub fn is_set(&self) -> bool {
        !matches!(self, Value::Unset)
    }

    /// The bytes of a string value.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Value::String(text) = self { Some(text.as_bytes()) } else { None }
    }

    /// The dynamic type: what `type_name` of an `any` shows.
    pub fn type_of(&self) -> TypeRef {
        match self {
            Value::Unset | Value::Iterator(_) => Type::void(),
            Value::Bool(_) => Type::bool(),
            Value::Int(_) => Type::int(),
            Value::Count(_) => Type::count(),
            Value::Double(_) => Type::double(),
            Value::Time(_) => Type::time(),
            Value::Interval(_) => Type::interval(),
            Value::Enum(_, ty) => ty.to_type(),
            Value::Port(..) => Type::port(),
            Value::Addr4(_) | Value::Addr6(_) => Type::addr(),
            Value::Subnet4(..) | Value::Subnet6(_) => Type::subnet(),
            Value::String(_) => Type::string(),
            Value::Pattern(_) => Type::pattern(),
            Value::Table(table) => table.ty.clone(),
            Value::Vector(vector) => vector.ty.clone(),
            Value::Record(record) => record.ty.clone(),
            Value::Func(func) => func.ty.clone(),
            Value::File(file) => file.ty.clone(),
            Value::Opaque(object) => object.ty.clone(),
            Value::Type(of) => Type::type_of(of.clone()),
            Value::List(values) => Type::list(values.iter().map(Value::type_of).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Value;

    #[test]
    fn a_value_is_sixteen_bytes() {
        assert_eq!(std::mem::size_of::<Value>(), 16);
    }
}
