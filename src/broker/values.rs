//! Between script values and Broker's data.
//!
//! Records are vectors, one element a field; a set or table with several columns has vectors as keys; functions are
//! vectors with their name. The way back is led by the declared type, and a value that does not fit is none at all.

use std::net::Ipv6Addr;
use std::rc::Rc;

use super::Peering;
use super::object::data_record;
use crate::pattern::Pattern;
use crate::source::Symbol;
use crate::types::assign::same_type;
use crate::types::{EnumType, RecordType, TypeKind, TypeRef, TypeTag};
use crate::value::{Address, FuncKind, Protocol, RecordObject, Subnet, TableObject, Value, VectorObject};
use crate::vm::{OpenMode, Raise, Vm};
use crate::wire::{Argument, Data, Real, encode, put_string};

/// Values inside each other are converted this deep.
const MAX_DEPTH: u32 = 90;

const NANOSECONDS: f64 = 1e9;

/// Why a value has no form as data, in Broker's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported(pub String);

impl Unsupported {
    pub(super) fn ty(name: &str) -> Self {
        Unsupported(format!("unsupported Broker::Data type: {name}"))
    }
}

/// The word for a type without its parts, as Bro has it in messages.
pub fn type_word(ty: &TypeRef) -> String {
    match ty.tag() {
        TypeTag::Table | TypeTag::Set => "table".to_owned(),
        TypeTag::Vector => "vector".to_owned(),
        TypeTag::Record => "record".to_owned(),
        TypeTag::Func => "func".to_owned(),
        TypeTag::File => "file".to_owned(),
        TypeTag::Opaque => "opaque".to_owned(),
        TypeTag::List => "types".to_owned(),
        TypeTag::Enum => "enum".to_owned(),
        _ => ty.to_string(),
    }
}

/// Appends the encoding of a value as data.
pub fn write_value(vm: &mut Vm, value: &Value, out: &mut Vec<u8>) -> Result<(), Unsupported> {
    match value {
        Value::String(text) => put_string(text.as_bytes(), out),
        value => encode(&to_data(vm, value)?, out),
    }
    Ok(())
}

/// An argument of an event as a value of a type; otherwise as [`from_data`].
pub(super) fn from_argument(vm: &mut Vm, argument: Argument<'_>, ty: &TypeRef) -> Result<Value, Data> {
    Ok(match (argument, &ty.kind) {
        (Argument::Bool(flag), TypeKind::Bool) => Value::Bool(flag),
        (Argument::Count(number), TypeKind::Count) => Value::Count(number),
        (Argument::Integer(number), TypeKind::Int) => Value::Int(number),
        (Argument::Real(number), TypeKind::Double) => Value::Double(number),
        (Argument::String(text), TypeKind::String) => Value::string(text),
        (argument, _) => {
            let data = argument.into_data();
            match from_data(vm, &data, ty) {
                Ok(Some(value)) => value,
                _ => return Err(data),
            }
        }
    })
}

/// A value as data.
pub fn to_data(vm: &mut Vm, value: &Value) -> Result<Data, Unsupported> {
    convert(vm, value, 0)
}

pub(super) fn convert(vm: &mut Vm, value: &Value, depth: u32) -> Result<Data, Unsupported> {
    if depth > MAX_DEPTH {
        return Err(Unsupported::ty("value nested too deep"));
    }
    Ok(match value {
        Value::Bool(flag) => Data::Bool(*flag),
        Value::Int(number) => Data::Integer(*number),
        Value::Count(number) => Data::Count(*number),
        Value::Double(number) => Data::Real(Real(*number)),
        Value::Time(seconds) => Data::Timestamp((seconds * NANOSECONDS) as i64),
        Value::Interval(seconds) => Data::Timespan((seconds * NANOSECONDS) as i64),
        Value::String(text) => Data::string(text.as_bytes()),
        Value::Enum(number, of) => {
            Data::Enum(of.name_of(*number).map_or("<unknown enum>", |name| name.as_str()).into())
        }
        Value::Port(number, protocol) => Data::Port(
            *number,
            match protocol {
                Protocol::Unknown => 0,
                Protocol::Tcp => 1,
                Protocol::Udp => 2,
                Protocol::Icmp => 3,
            },
        ),
        Value::Addr4(_) | Value::Addr6(_) => Data::Address(value.as_address().map(Address::bytes).unwrap_or_default()),
        Value::Subnet4(..) | Value::Subnet6(_) => {
            let net = value.as_subnet();
            net.map(|net| Data::Subnet(net.prefix.bytes(), net.width6())).unwrap_or_default()
        }
        Value::File(file) => Data::string(file.name.as_bytes()),
        Value::Func(func) => match &func.kind {
            FuncKind::Closure(closure) => super::lambdas::pack(vm, closure, depth)?,
            _ => Data::Vector(vec![Data::string(func.name.as_str())]),
        },
        Value::Pattern(pattern) => {
            Data::Vector(vec![Data::string(pattern.exact_text()), Data::string(pattern.anywhere_text())])
        }
        Value::Vector(vector) => {
            let elements = vector.with(<[Value]>::to_vec);
            // Bro leaves the holes out, Zeek wants none.
            if vm.state::<Peering>().zeek_words && !elements.iter().all(Value::is_set) {
                return Err(Unsupported("serialization of vectors with holes is unsupported".to_owned()));
            }
            let set = elements.iter().filter(|element| element.is_set());
            Data::Vector(set.map(|element| convert(vm, element, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Record(record) => fields(vm, record, depth)?,
        Value::Table(table) => container(vm, table, depth)?,
        Value::List(parts) => {
            Data::Vector(parts.iter().map(|part| convert(vm, part, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Opaque(object) => match super::take_data(object) {
            Some(data) => data,
            None => super::forms::pack(vm, object)?,
        },
        Value::Type(_) => return Err(Unsupported::ty("type")),
        Value::Unset | Value::Iterator(_) => return Err(Unsupported::ty("void")),
    })
}

fn fields(vm: &mut Vm, record: &Rc<RecordObject>, depth: u32) -> Result<Data, Unsupported> {
    let Some(ty) = record.record_type() else { return Err(Unsupported::ty("record")) };
    let mut elements = Vec::new();
    for (offset, field) in (0..).zip(ty.with_fields(<[_]>::to_vec)) {
        let mut value = record.get(offset);
        if !value.is_set()
            && let Some(default) = field.default
        {
            value = vm.thunk(default).unwrap_or_default();
        }
        elements.push(if value.is_set() { convert(vm, &value, depth + 1)? } else { Data::None });
    }
    Ok(Data::Vector(elements))
}

fn container(vm: &mut Vm, table: &Rc<TableObject>, depth: u32) -> Result<Data, Unsupported> {
    let mut entries = Vec::with_capacity(table.len());
    for (key, value) in table.snapshot() {
        let mut columns = key.iter().map(|column| convert(vm, column, depth + 1)).collect::<Result<Vec<_>, _>>()?;
        let key = if columns.len() == 1 { columns.pop().unwrap_or_default() } else { Data::Vector(columns) };
        let value = if table.is_set() { Data::None } else { convert(vm, &value, depth + 1)? };
        entries.push((key, value));
    }
    Ok(if table.is_set() {
        Data::Set(entries.into_iter().map(|(key, _)| key).collect())
    } else {
        Data::Table(entries.into_iter().collect())
    })
}

/// Data as a value of a type; `None` where it does not fit. The error is one of a script that ran.
pub fn from_data(vm: &mut Vm, data: &Data, ty: &TypeRef) -> Result<Option<Value>, Raise> {
    if ty.is(TypeTag::Any) {
        return data_record(vm, data.clone()).map(Some);
    }
    Ok(Some(match (data, &ty.kind) {
        (Data::Bool(flag), TypeKind::Bool) => Value::Bool(*flag),
        (Data::Count(number), TypeKind::Count) => Value::Count(*number),
        (Data::Integer(number), TypeKind::Int) => Value::Int(*number),
        (Data::Real(number), TypeKind::Double) => Value::Double(number.0),
        (Data::Timestamp(nanoseconds), TypeKind::Time) => Value::Time(*nanoseconds as f64 / NANOSECONDS),
        (Data::Timespan(nanoseconds), TypeKind::Interval) => Value::Interval(*nanoseconds as f64 / NANOSECONDS),
        (Data::String(text), TypeKind::String) => Value::string(text),
        (Data::String(name), TypeKind::File(_)) => {
            Value::File(vm.open_file(&String::from_utf8_lossy(name), OpenMode::Append))
        }
        (Data::String(name), TypeKind::Func(_)) => return Ok(function(vm, name, ty)),
        (Data::Address(bytes), TypeKind::Addr) => Address::new(Ipv6Addr::from(*bytes).into()).to_value(),
        (Data::Subnet(bytes, width), TypeKind::Subnet) => subnet(*bytes, *width).to_value(),
        (Data::Port(number, protocol), TypeKind::Port) => {
            let protocol = match protocol {
                1 => Protocol::Tcp,
                2 => Protocol::Udp,
                3 => Protocol::Icmp,
                _ => Protocol::Unknown,
            };
            Value::Port(*number, protocol)
        }
        (Data::Enum(name), TypeKind::Enum(of)) => return Ok(enum_value(name, of)),
        (_, TypeKind::Opaque(name)) if name.as_str() == "Broker::Data" => super::object::data_value(vm, data.clone()),
        (Data::Set(elements), TypeKind::Table { index, yields: None }) => {
            let table = TableObject::new(ty.clone());
            for element in elements {
                let Some(key) = key(vm, element, index)? else { return Ok(None) };
                table.insert(&key, Value::Unset);
            }
            Value::Table(Rc::new(table))
        }
        (Data::Table(entries), TypeKind::Table { index, yields: Some(yields) }) => {
            let table = TableObject::new(ty.clone());
            for (entry, value) in entries {
                let Some(key) = key(vm, entry, index)? else { return Ok(None) };
                let Some(value) = from_data(vm, value, yields)? else { return Ok(None) };
                table.insert(&key, value);
            }
            Value::Table(Rc::new(table))
        }
        (Data::Vector(elements), TypeKind::Vector(element)) => {
            let mut values = Vec::with_capacity(elements.len());
            for data in elements {
                let Some(value) = from_data(vm, data, element)? else { return Ok(None) };
                values.push(value);
            }
            Value::Vector(Rc::new(VectorObject::new(ty.clone(), values)))
        }
        (Data::Vector(elements), TypeKind::Opaque(_)) => return Ok(super::forms::unpack(vm, elements, ty)),
        (Data::Vector(elements), TypeKind::Record(record)) => return record_value(vm, elements, ty, record),
        (Data::Vector(elements), TypeKind::Func(_)) => match elements.as_slice() {
            [Data::String(name), rest @ ..] if super::lambdas::is_name(name) => {
                return Ok(super::lambdas::unpack(vm, name, rest.first(), ty));
            }
            [Data::String(name), ..] => return Ok(function(vm, name, ty)),
            _ => return Ok(None),
        },
        (Data::Vector(elements), TypeKind::Pattern) => return Ok(pattern(vm, elements)),
        (Data::Vector(elements), TypeKind::List(types)) if elements.len() == types.len() => {
            let mut values = Vec::with_capacity(elements.len());
            for (data, ty) in elements.iter().zip(types) {
                let Some(value) = from_data(vm, data, ty)? else { return Ok(None) };
                values.push(value);
            }
            Value::List(Rc::new(values))
        }
        _ => return Ok(None),
    }))
}

fn subnet(bytes: [u8; 16], width: u8) -> Subnet {
    let address = Address::new(Ipv6Addr::from(bytes).into());
    Subnet::new(address, if address.is_v4() { width.saturating_sub(96) } else { width })
}

fn enum_value(name: &[u8], of: &Rc<EnumType>) -> Option<Value> {
    let name = std::str::from_utf8(name).ok()?;
    Some(Value::Enum(of.value_of(Symbol::new(name))?, of.clone()))
}

/// The function of a name. One of another type is not what anybody means who knows the scripts.
fn function(vm: &Vm, name: &[u8], ty: &TypeRef) -> Option<Value> {
    let name = std::str::from_utf8(name).ok()?;
    vm.global_by_name(name).filter(|value| matches!(value, Value::Func(func) if same_type(&func.ty, ty, false)))
}

fn pattern(vm: &mut Vm, elements: &[Data]) -> Option<Value> {
    let [Data::String(exact), Data::String(anywhere)] = elements else { return None };
    match Pattern::from_texts(exact, anywhere) {
        Ok(pattern) => Some(Value::Pattern(Rc::new(pattern))),
        Err(_) => {
            let (exact, anywhere) = (String::from_utf8_lossy(exact), String::from_utf8_lossy(anywhere));
            vm.error_without_place(format!("failed compiling unserialized pattern: {exact}, {anywhere}"));
            None
        }
    }
}

/// The columns of an index. A vector is the index of several columns, except where the only one may be a vector.
fn key(vm: &mut Vm, data: &Data, index: &[TypeRef]) -> Result<Option<Vec<Value>>, Raise> {
    let takes_vector = |ty: &TypeRef| {
        matches!(ty.tag(), TypeTag::Record | TypeTag::Vector | TypeTag::Func | TypeTag::Pattern | TypeTag::Opaque)
    };
    let columns = match (data, index) {
        (Data::Vector(_), [only]) if takes_vector(only) => std::slice::from_ref(data),
        (Data::Vector(columns), _) => columns,
        _ => std::slice::from_ref(data),
    };
    if columns.len() != index.len() {
        return Ok(None);
    }
    let mut key = Vec::with_capacity(columns.len());
    for (column, ty) in columns.iter().zip(index) {
        let Some(value) = from_data(vm, column, ty)? else { return Ok(None) };
        key.push(value);
    }
    Ok(Some(key))
}

fn record_value(vm: &mut Vm, elements: &[Data], ty: &TypeRef, record: &Rc<RecordType>) -> Result<Option<Value>, Raise> {
    let fields = record.with_fields(<[_]>::to_vec);
    if elements.len() < fields.len() {
        return Ok(None);
    }
    let mut values = Vec::with_capacity(fields.len());
    for (data, field) in elements.iter().zip(&fields) {
        if *data == Data::None {
            values.push(Value::Unset);
            continue;
        }
        let Some(value) = from_data(vm, data, &field.ty)? else { return Ok(None) };
        values.push(value);
    }
    Ok(Some(Value::Record(Rc::new(RecordObject::new(ty.clone(), values)))))
}
