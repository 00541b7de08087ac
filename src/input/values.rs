//! Values of columns to values of scripts.

use std::rc::Rc;

use super::columns::is_left_out;
use super::deliver::Origin;
use crate::diag::Severity;
use crate::logging::LogValue;
use crate::types::{EnumType, TypeKind, TypeRef, TypeTag};
use crate::value::{Address, Subnet, TableObject, Value, VectorObject};
use crate::vm::{Raise, Vm};

/// The values of a row that are not used up yet.
pub(super) type Row<'v> = std::slice::Iter<'v, LogValue>;

/// A value of a type; `None` where there is none, which was reported.
pub(super) fn value(vm: &mut Vm, origin: &Origin, from: &LogValue, ty: &TypeRef) -> Option<Value> {
    Some(match from {
        LogValue::Unset => Value::Unset,
        LogValue::Bool(flag) => Value::Bool(*flag),
        LogValue::Int(number) => Value::Int(*number),
        LogValue::Count(number) => Value::Count(*number),
        LogValue::Double(number) => Value::Double(*number),
        LogValue::Time(number) => Value::Time(*number),
        LogValue::Interval(number) => Value::Interval(*number),
        LogValue::Port(number, protocol) => Value::Port(*number, *protocol),
        LogValue::Addr(address) => Address::new(*address).to_value(),
        LogValue::Subnet(address, width) => Subnet::new(Address::new(*address), *width).to_value(),
        LogValue::Text(text) => match ty.as_enum() {
            Some(of) => enum_value(vm, origin, text, of)?,
            None => Value::string(text),
        },
        LogValue::Set(elements) => {
            let element = match &ty.kind {
                TypeKind::Table { index, .. } => index.first()?.clone(),
                _ => return None,
            };
            let set = TableObject::new(ty.clone());
            for from in elements {
                let member = value(vm, origin, from, &element)?;
                if member.is_set() {
                    set.insert(&[member], Value::Unset);
                }
            }
            Value::Table(Rc::new(set))
        }
        LogValue::Vector(elements) => {
            let element = ty.as_vector()?.clone();
            let elements: Option<Vec<Value>> = elements.iter().map(|from| value(vm, origin, from, &element)).collect();
            Value::Vector(Rc::new(VectorObject::new(ty.clone(), elements?)))
        }
    })
}

fn enum_value(vm: &mut Vm, origin: &Origin, text: &[u8], of: &Rc<EnumType>) -> Option<Value> {
    let name = String::from_utf8_lossy(text);
    // Names in files must not be kept for ever, so they are not made symbols.
    let plain = name.strip_prefix("GLOBAL::").unwrap_or(&name);
    let found = of.entries().into_iter().find(|(known, _)| known.as_str() == plain);
    if let Some((_, number)) = found {
        return Some(Value::Enum(number, of.clone()));
    }
    let message = format!("Value '{name}' for stream '{}' is not a valid enum.", origin.name);
    origin.say(vm, Severity::Warning, message);
    None
}

/// A record out of the next values of a row; `None` where one of them has none, which was reported.
pub(super) fn record(vm: &mut Vm, origin: &Origin, row: &mut Row<'_>, ty: &TypeRef) -> Result<Option<Value>, Raise> {
    let Value::Record(object) = vm.new_record(ty)? else { return Ok(None) };
    let fields = ty.as_record().map(|record| record.with_fields(<[_]>::to_vec)).unwrap_or_default();
    for (offset, field) in (0..).zip(fields) {
        if is_left_out(&field) {
            continue;
        }
        let Some(value) = part(vm, origin, row, &field.ty)? else { return Ok(None) };
        if value.is_set() {
            drop(object.set(offset, value));
        }
    }
    Ok(Some(Value::Record(object)))
}

/// The fields of a record, each out of the next values of a row.
pub(super) fn fields(
    vm: &mut Vm,
    origin: &Origin,
    row: &mut Row<'_>,
    ty: &TypeRef,
) -> Result<Option<Vec<Value>>, Raise> {
    let fields = ty.as_record().map(|record| record.with_fields(<[_]>::to_vec)).unwrap_or_default();
    let mut values = Vec::with_capacity(fields.len());
    for field in fields {
        let Some(value) = part(vm, origin, row, &field.ty)? else { return Ok(None) };
        values.push(value);
    }
    Ok(Some(values))
}

fn part(vm: &mut Vm, origin: &Origin, row: &mut Row<'_>, ty: &TypeRef) -> Result<Option<Value>, Raise> {
    if ty.is(TypeTag::Record) {
        return record(vm, origin, row, ty);
    }
    let from = row.next().cloned().unwrap_or_default();
    Ok(value(vm, origin, &from, ty))
}

/// A record whose fields are known.
pub(super) fn record_of(vm: &mut Vm, ty: &TypeRef, fields: &[Value]) -> Result<Value, Raise> {
    let record = vm.new_record(ty)?;
    if let Value::Record(object) = &record {
        for (offset, value) in (0..).zip(fields) {
            drop(object.set(offset, value.clone()));
        }
    }
    Ok(record)
}
