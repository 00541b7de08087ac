//! JSON as values of a type that scripts ask for.

use std::rc::Rc;

use super::parse::{Json, parse};
use crate::pattern::Pattern;
use crate::types::{EnumType, RecordType, Type, TypeKind, TypeRef};
use crate::value::convert::{BadSubnet, leading_int, parse_address, parse_port, parse_subnet};
use crate::value::{FuncObject, Protocol, TableObject, Value, VectorObject};
use crate::vm::{Raise, Vm};

/// How deep types may nest: JSON cannot be deeper than its parser lets it.
const MAX_DEPTH: usize = 300;

/// Why there is no value: what `from_json` says of it, or an error of a script's function.
enum Problem {
    Said(String),
    Raised(Raise),
}

impl From<Raise> for Problem {
    fn from(raise: Raise) -> Self {
        Problem::Raised(raise)
    }
}

impl From<&str> for Problem {
    fn from(message: &str) -> Self {
        Problem::Said(message.to_owned())
    }
}

impl From<String> for Problem {
    fn from(message: String) -> Self {
        Problem::Said(message)
    }
}

/// The value of a type that a text stands for, or what is wrong with the text. `key_func` gives the names of fields.
pub(super) fn from_json(
    vm: &mut Vm,
    text: &[u8],
    ty: &TypeRef,
    key_func: Option<&Rc<FuncObject>>,
) -> Result<Result<Value, String>, Raise> {
    let json = match parse(text) {
        Ok(json) => json,
        Err(error) => return Ok(Err(format!("JSON parse error: {} Offset: {}", error.message, error.offset))),
    };
    match (Reader { vm, key_func }).value(&json, ty, 0) {
        Ok(value) => Ok(Ok(value)),
        Err(Problem::Said(message)) => Ok(Err(message)),
        Err(Problem::Raised(raise)) => Err(raise),
    }
}

struct Reader<'r> {
    vm: &'r mut Vm,
    key_func: Option<&'r Rc<FuncObject>>,
}

impl Reader<'_> {
    /// [`Value::Unset`] for `null`.
    fn value(&mut self, json: &Json, ty: &TypeRef, depth: usize) -> Result<Value, Problem> {
        if *json == Json::Null {
            return Ok(Value::Unset);
        }
        if depth > MAX_DEPTH {
            return Err("value is nested too deep".into());
        }
        let mismatch = || {
            let (from, to) = (json.kind(), ty.kind_name());
            Problem::Said(format!("cannot convert JSON type '{from}' to Zeek type '{to}'"))
        };
        let text = || json.as_text().ok_or_else(mismatch);
        Ok(match &ty.kind {
            TypeKind::Bool => match json {
                Json::Bool(flag) => Value::Bool(*flag),
                _ => return Err(mismatch()),
            },
            TypeKind::Int => match json {
                Json::Negative(number) => Value::Int(*number),
                Json::Whole(number) => Value::Int(i64::try_from(*number).map_err(|_| mismatch())?),
                _ => return Err(mismatch()),
            },
            TypeKind::Count => match json {
                Json::Whole(number) => Value::Count(*number),
                _ => return Err(mismatch()),
            },
            TypeKind::Time => Value::Time(json.as_double().ok_or_else(mismatch)?),
            TypeKind::Double => Value::Double(json.as_double().ok_or_else(mismatch)?),
            TypeKind::Interval => match json.as_double() {
                Some(seconds) => Value::Interval(seconds),
                None => Value::Interval(interval(text()?)?),
            },
            TypeKind::Port => port(json)?,
            TypeKind::Pattern => pattern(text()?)?,
            TypeKind::Addr => {
                let text = without_brackets(text()?);
                let address = parse_address(text);
                address.ok_or_else(|| format!("Bad IP address: {}", String::from_utf8_lossy(text)))?.to_value()
            }
            TypeKind::Subnet => subnet(text()?)?,
            TypeKind::Enum(names) => enum_value(text()?, names)?,
            TypeKind::String => Value::string(text()?),
            TypeKind::Table { index, yields } => self.table(json, ty, index, yields.as_ref(), depth)?,
            TypeKind::Record(record) => match json {
                Json::Object(members) => self.record(members, ty, record, depth)?,
                _ => return Err(mismatch()),
            },
            TypeKind::List(parts) => match json {
                Json::Array(elements) => Value::List(Rc::new(self.list(elements, parts, depth)?)),
                _ => return Err(mismatch()),
            },
            TypeKind::Vector(element) => match json {
                Json::Array(items) => {
                    let mut elements = Vec::with_capacity(items.len());
                    for item in items {
                        elements.push(self.value(item, element, depth + 1)?);
                    }
                    elements.retain(Value::is_set);
                    Value::Vector(Rc::new(VectorObject::new(ty.clone(), elements)))
                }
                _ => return Err(mismatch()),
            },
            _ => return Err(format!("type '{}' unsupported", ty.kind_name()).into()),
        })
    }

    fn list(&mut self, elements: &[Json], parts: &[TypeRef], depth: usize) -> Result<Vec<Value>, Problem> {
        if elements.len() < parts.len() {
            return Err("index type doesn't match".into());
        }
        elements.iter().zip(parts).map(|(element, part)| self.value(element, part, depth + 1)).collect()
    }

    fn index(&mut self, json: &Json, index: &[TypeRef], depth: usize) -> Result<Option<Vec<Value>>, Problem> {
        let columns = match (index, json) {
            ([single], _) => vec![self.value(json, single, depth + 1)?],
            (_, Json::Null) => return Ok(None),
            (_, Json::Array(elements)) => self.list(elements, index, depth)?,
            _ => return Err(format!("cannot convert JSON type '{}' to Zeek type 'types'", json.kind()).into()),
        };
        Ok(columns.iter().all(Value::is_set).then_some(columns))
    }

    fn table(
        &mut self,
        json: &Json,
        ty: &TypeRef,
        index: &[TypeRef],
        yields: Option<&TypeRef>,
        depth: usize,
    ) -> Result<Value, Problem> {
        let table = TableObject::new(ty.clone());
        match (json, yields) {
            (Json::Array(items), None) => {
                for item in items {
                    if let Some(key) = self.index(item, index, depth)? {
                        table.insert(&key, Value::Unset);
                    }
                }
            }
            (Json::Object(members), Some(yields)) => {
                for (name, value) in members {
                    let name = match index {
                        [single] if is_text(single) => Json::String(name.clone()),
                        // What is no JSON of its own stands for nothing.
                        _ => parse(name).unwrap_or(Json::Null),
                    };
                    let Some(key) = self.index(&name, index, depth)? else { continue };
                    let value = self.value(value, yields, depth + 1)?;
                    if value.is_set() {
                        table.insert(&key, value);
                    }
                }
            }
            _ => return Err(format!("cannot convert JSON type '{}' to Zeek type 'table'", json.kind()).into()),
        }
        Ok(Value::Table(Rc::new(table)))
    }

    fn record(
        &mut self,
        members: &[(Vec<u8>, Json)],
        ty: &TypeRef,
        record: &RecordType,
        depth: usize,
    ) -> Result<Value, Problem> {
        let mut names = Vec::with_capacity(members.len());
        for (name, _) in members {
            names.push(self.field_name(name)?);
        }
        let fields: Vec<_> = record.with_fields(<[crate::types::Field]>::to_vec);
        let mut values = Vec::new();
        for (offset, field) in (0u16..).zip(fields) {
            let is_it = |name: &&Vec<u8>| name.as_slice() == field.name.as_str().as_bytes();
            // Names that a function made equal: the last one counts, as there is one place for it; otherwise the first.
            let place = if self.key_func.is_some() {
                names.iter().rposition(|name| is_it(&name))
            } else {
                names.iter().position(|name| is_it(&name))
            };
            let json = place.and_then(|place| members.get(place)).map(|(_, json)| json);
            match json {
                None | Some(Json::Null) if field.optional || field.default.is_some() => {}
                None | Some(Json::Null) => {
                    let record = ty.name().map_or("", |name| name.as_str());
                    let state = if json.is_some() { "null" } else { "missing" };
                    return Err(format!("required field {record}${} is {state} in JSON", field.name).into());
                }
                Some(json) => values.push((offset, self.value(json, &field.ty, depth + 1)?)),
            }
        }
        let given: Vec<u16> = values.iter().map(|(offset, _)| *offset).collect();
        let value = self.vm.new_record_with(ty, |offset| given.contains(&offset))?;
        if let Value::Record(object) = &value {
            for (offset, value) in values {
                object.set(offset, value);
            }
        }
        Ok(value)
    }

    fn field_name(&mut self, name: &[u8]) -> Result<Vec<u8>, Problem> {
        let Some(func) = self.key_func else { return Ok(name.to_vec()) };
        let result = self.vm.call(func, &[Value::string(name)])?;
        result.as_bytes().map(<[u8]>::to_vec).ok_or_else(|| "key function error".into())
    }
}

/// Whether an index of this type is the name in the JSON as it is.
fn is_text(ty: &Type) -> bool {
    matches!(
        ty.kind,
        TypeKind::Addr
            | TypeKind::Enum(_)
            | TypeKind::File(_)
            | TypeKind::Func(_)
            | TypeKind::Interval
            | TypeKind::Pattern
            | TypeKind::String
            | TypeKind::Subnet
            | TypeKind::Opaque(_)
    )
}

/// Pairs of numbers and units.
fn interval(text: &[u8]) -> Result<f64, Problem> {
    let text = String::from_utf8_lossy(text);
    let parts: Vec<&str> = text.split(' ').filter(|part| !part.is_empty()).collect();
    if !parts.len().is_multiple_of(2) {
        return Err("wrong interval format, must be pairs of values with units".into());
    }
    let mut seconds = 0.0;
    for pair in parts.chunks_exact(2) {
        let [value, unit] = pair else { continue };
        let Ok(value) = value.parse::<f64>() else {
            return Err(format!("wrong interval format, invalid value {value}").into());
        };
        seconds += value
            * match *unit {
                "day" | "days" => 86_400.0,
                "hr" | "hrs" => 3_600.0,
                "min" | "mins" => 60.0,
                "sec" | "secs" => 1.0,
                "msec" | "msecs" => 1e-3,
                "usec" | "usecs" => 1e-6,
                _ => return Err(format!("wrong interval format, invalid unit type {unit}").into()),
            };
    }
    Ok(seconds)
}

fn port(json: &Json) -> Result<Value, Problem> {
    let (number, protocol) = match json {
        Json::String(text) => match parse_port(text) {
            Ok(parts) => parts,
            Err(_) if text.len() < 10 && text.ends_with(b"/unknown") => (leading_int(text), Protocol::Unknown),
            Err(_) => return Err(r"wrong port format, string must be /[0-9]{1,5}\/(tcp|udp|icmp|unknown)/".into()),
        },
        Json::Object(_) => {
            let (Some(number), Some(protocol)) = (json.member("port"), json.member("proto")) else {
                return Err("wrong port format, object must have 'port' and 'proto' members".into());
            };
            let number = number.as_double().ok_or("wrong port format, port must be a number")?;
            let protocol = protocol.as_text().ok_or("wrong port format, protocol must be a string")?;
            let protocol = match protocol {
                b"tcp" => Protocol::Tcp,
                b"udp" => Protocol::Udp,
                b"icmp" => Protocol::Icmp,
                b"unknown" => Protocol::Unknown,
                _ => return Err("wrong port format, invalid protocol string".into()),
            };
            (number as i64, protocol)
        }
        _ => return Err("wrong port format, must be string or object".into()),
    };
    // Numbers that do not fit are 0, as in all of Bro.
    Ok(Value::Port(u16::try_from(number).unwrap_or(0), protocol))
}

/// A pattern with or without the slashes and the wrapping that `print` shows.
fn pattern(text: &[u8]) -> Result<Value, Problem> {
    let text = text
        .strip_prefix(b"/")
        .and_then(|text| text.strip_suffix(b"/"))
        .filter(|text| !text.is_empty())
        .unwrap_or(text);
    let inner = text.strip_prefix(b"^?(").and_then(|text| text.strip_suffix(b")$?"));
    let text = inner.filter(|inner| !inner.is_empty()).unwrap_or(text);
    let pattern = Pattern::parse(text, false, false).map_err(|_| "error compiling pattern")?;
    Ok(Value::Pattern(Rc::new(pattern)))
}

fn without_brackets(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"[").unwrap_or(text);
    text.strip_suffix(b"]").unwrap_or(text)
}

fn subnet(text: &[u8]) -> Result<Value, Problem> {
    let shown = String::from_utf8_lossy(text);
    let invalid = || Problem::Said(format!("invalid value for subnet: '{shown}'"));
    let slash = text.iter().position(|&byte| byte == b'/').ok_or_else(invalid)?;
    let (address, width) = text.split_at_checked(slash).ok_or_else(invalid)?;
    if !width.get(1..).is_some_and(|width| width.first().is_some_and(u8::is_ascii_digit)) {
        return Err(invalid());
    }
    match parse_subnet(&[without_brackets(address), width].concat()) {
        Ok(net) => Ok(net.to_value()),
        Err(BadSubnet::Address(address)) => {
            Err(format!("Bad IP address: {}", String::from_utf8_lossy(&address)).into())
        }
        Err(_) => Err(invalid()),
    }
}

fn enum_value(text: &[u8], names: &Rc<EnumType>) -> Result<Value, Problem> {
    let name = String::from_utf8_lossy(text);
    let number = names.value_of((&*name).into());
    let number = number.ok_or_else(|| format!("'{name}' is not a valid enum for '{}'.", names.name))?;
    Ok(Value::Enum(number, names.clone()))
}
