//! Steps of the inner loop that are calls: tables, strings, comparisons of values.
//!
//! Each does its instruction completely and says so, or does nothing. They are never inlined: the loop has more use for its
//! machine registers.

use std::cmp::Ordering;
use std::rc::Rc;

use super::frame::{Numbers, Values};
use super::operate;
use super::registers::{
    columns_of, discard, number, position, put, read, set_number, set_value, share_quickly, take_value, value,
};
use crate::code::{Cases, Code, Columns, Entry, FieldOffset, Home, Kind, Length, N, V, normal};
use crate::value::compare::{equal, order};
use crate::value::{TableObject, Text, Value};

/// The registers of an index: the first, and how many.
type Index = (V, Columns);

#[inline(never)]
pub(super) fn equal_values(numbers: &mut Numbers, values: &Values, to: N, a: V, b: V) {
    set_number(numbers, to, u64::from(equal(value(values, a), value(values, b))));
}

#[inline(never)]
pub(super) fn not_equal_values(numbers: &mut Numbers, values: &Values, to: N, a: V, b: V) {
    set_number(numbers, to, u64::from(!equal(value(values, a), value(values, b))));
}

#[inline(never)]
pub(super) fn less_values(numbers: &mut Numbers, values: &Values, to: N, a: V, b: V) {
    let less = order(value(values, a), value(values, b)).is_some_and(Ordering::is_lt);
    set_number(numbers, to, u64::from(less));
}

#[inline(never)]
pub(super) fn less_equal_values(numbers: &mut Numbers, values: &Values, to: N, a: V, b: V) {
    let less = order(value(values, a), value(values, b)).is_some_and(Ordering::is_le);
    set_number(numbers, to, u64::from(less));
}

#[inline(never)]
pub(super) fn concat(values: &mut Values, to: V, a: V, b: V) -> bool {
    let (Value::String(a), Value::String(b)) = (value(values, a), value(values, b)) else { return false };
    if a.as_bytes().len() + b.as_bytes().len() > super::MAX_STRING {
        return false;
    }
    let joined = Value::String(Rc::new(joined(a, b)));
    set_value(values, to, joined);
    true
}

#[inline(never)]
pub(super) fn contains(numbers: &mut Numbers, values: &Values, to: N, a: V, b: V) -> bool {
    match operate::contains(value(values, a), value(values, b)) {
        Some(found) => {
            set_number(numbers, to, u64::from(found));
            true
        }
        None => false,
    }
}

#[inline(never)]
pub(super) fn size_of(numbers: &mut Numbers, values: &Values, to: N, a: V) -> bool {
    let size = match value(values, a) {
        Value::String(text) => text.as_bytes().len(),
        Value::Table(table) => table.len(),
        Value::Vector(vector) => vector.len(),
        _ => return false,
    };
    set_number(numbers, to, size as u64);
    true
}

/// Whether entries may change without anybody being told.
#[inline]
fn changes_plainly(table: &TableObject) -> bool {
    match &*table.attributes.borrow() {
        None => true,
        Some(attributes) => attributes.expire.is_none() && attributes.on_change.is_none(),
    }
}

/// Looks at the value of an index, read at a time.
#[inline]
fn look_up<R>(table: &TableObject, index: &[Value], now: f64, look: impl FnOnce(&Value) -> R) -> Option<R> {
    if table.attributes.borrow().is_none() {
        table.look(index, look)
    } else {
        table.get_at(index, now).map(|value| look(&value))
    }
}

/// `a + b`
#[inline]
fn joined(a: &Text, b: &Text) -> Text {
    let mut bytes = Vec::with_capacity(a.as_bytes().len() + b.as_bytes().len());
    bytes.extend_from_slice(a.as_bytes());
    bytes.extend_from_slice(b.as_bytes());
    bytes.into()
}

/// Appends in place where nobody else holds the string.
#[inline(never)]
pub(super) fn append_string(values: &mut Values, target: V, from: V) -> bool {
    let Value::String(added) = value(values, from) else { return false };
    let added = added.clone();
    let mut old = take_value(values, target);
    let done = match &mut old {
        Value::String(text) if text.as_bytes().len() + added.as_bytes().len() <= super::MAX_STRING => {
            match Rc::get_mut(text) {
                Some(text) => text.push(added.as_bytes()),
                None => *text = Rc::new(joined(text, &added)),
            }
            true
        }
        _ => false,
    };
    set_value(values, target, old);
    done
}

#[inline(never)]
pub(super) fn clear_values(values: &mut Values, first: V, count: Length) {
    for offset in 0..count.0 {
        set_value(values, V(first.0.wrapping_add(offset)), Value::Unset);
    }
}

#[inline(never)]
pub(super) fn store(place: &mut Value, values: &mut Values, take: bool, from: V) {
    put(place, read(values, from, take));
}

/// `to = from`, for any kind
#[inline(never)]
pub(super) fn copy(values: &mut Values, to: V, from: V) {
    let copied = value(values, from).clone();
    set_value(values, to, copied);
}

/// `to =` a constant or global, for any kind
#[inline(never)]
pub(super) fn load(values: &mut Values, to: V, from: &Value) {
    set_value(values, to, from.clone());
}

#[inline(never)]
pub(super) fn get_field(values: &mut Values, to: V, record: V, field: FieldOffset) -> bool {
    let Value::Record(record) = value(values, record) else { return false };
    let found = record.get(field.0);
    let is_set = found.is_set();
    if is_set {
        set_value(values, to, found);
    }
    is_set
}

#[inline(never)]
pub(super) fn get_element(values: &mut Values, to: V, vector: V, index: u64) -> bool {
    let Value::Vector(vector) = value(values, vector) else { return false };
    let found = vector.with(|elements| elements.get(position(index, elements.len())?).cloned());
    let Some(found) = found.filter(Value::is_set) else { return false };
    set_value(values, to, found);
    true
}

/// Where a switch goes on; `None` where its subject has no value.
#[inline(never)]
pub(super) fn switch(code: &Code, numbers: &Numbers, values: &Values, entry: Entry) -> Option<usize> {
    let table = code.tables.switches.get(entry.0 as usize)?;
    let found = match (&table.cases, table.subject) {
        (Cases::Numbers(cases), Home::Number(kind, subject)) => {
            cases.get(&normal(kind, number(numbers, subject))).copied()
        }
        (Cases::Texts(cases), Home::Value(subject)) => {
            let Value::String(text) = value(values, subject) else { return None };
            cases.get(text).copied()
        }
        (Cases::Values(cases), Home::Value(subject)) => {
            let subject = value(values, subject);
            cases.iter().find(|(case, _)| equal(case, subject)).map(|(_, target)| *target)
        }
        _ => None,
    };
    Some(found.unwrap_or(table.otherwise) as usize)
}

#[inline(never)]
pub(super) fn set_element(values: &mut Values, take: bool, vector: V, index: u64, from: V) -> bool {
    let Value::Vector(target) = value(values, vector) else { return false };
    let Some(index) = position(index, target.len()) else { return false };
    let mut new = read(values, from, take);
    if let Value::Vector(target) = value(values, vector) {
        target.with_mut(|elements| {
            if let Some(place) = elements.get_mut(index) {
                std::mem::swap(place, &mut new);
            }
        });
    }
    discard(new);
    true
}

#[inline(never)]
pub(super) fn set_element_number(values: &Values, vector: V, index: u64, new: Value) -> bool {
    let Value::Vector(target) = value(values, vector) else { return false };
    let Some(index) = position(index, target.len()) else { return false };
    let old = target.with_mut(|elements| elements.get_mut(index).map(|place| std::mem::replace(place, new)));
    discard(old.unwrap_or_default());
    true
}

#[inline(never)]
pub(super) fn append(values: &mut Values, take: bool, vector: V, from: V) -> bool {
    if !matches!(value(values, vector), Value::Vector(_)) {
        return false;
    }
    let new = read(values, from, take);
    if let Value::Vector(vector) = value(values, vector) {
        vector.with_mut(|elements| elements.push(new));
    }
    true
}

#[inline(never)]
pub(super) fn append_number(values: &Values, vector: V, new: Value) -> bool {
    let Value::Vector(vector) = value(values, vector) else { return false };
    vector.with_mut(|elements| elements.push(new));
    true
}

#[inline(never)]
pub(super) fn has_element(numbers: &mut Numbers, values: &Values, to: N, vector: V, index: N) -> bool {
    let Value::Vector(vector) = value(values, vector) else { return false };
    let index = usize::try_from(number(numbers, index)).ok();
    let found = vector.with(|elements| index.and_then(|index| elements.get(index)).is_some_and(Value::is_set));
    set_number(numbers, to, u64::from(found));
    true
}

#[inline(never)]
pub(super) fn get_entry(values: &mut Values, to: V, table: V, index: Index, now: f64) -> bool {
    let Value::Table(table) = value(values, table) else { return false };
    let copied = |value: &Value| share_quickly(value).unwrap_or_else(|| value.clone());
    match look_up(table, columns_of(values, index.0, index.1.0), now, copied) {
        Some(found) => {
            set_value(values, to, found);
            true
        }
        None => false,
    }
}

#[inline(never)]
pub(super) fn get_entry_number(values: &Values, kind: Kind, table: V, first: V, now: f64) -> Option<u64> {
    let Value::Table(table) = value(values, table) else { return None };
    look_up(table, columns_of(values, first, 1), now, |value| kind.bits(value))?
}

#[inline(never)]
pub(super) fn set_entry(values: &mut Values, table: V, index: Index) -> bool {
    let Value::Table(target) = value(values, table) else { return false };
    if !changes_plainly(target) {
        return false;
    }
    let new = take_value(values, V(index.0.0.wrapping_add(u16::from(index.1.0))));
    let old = match value(values, table) {
        Value::Table(target) => target.insert(columns_of(values, index.0, index.1.0), new),
        _ => None,
    };
    discard(old.unwrap_or_default());
    true
}

#[inline(never)]
pub(super) fn add_to_entry(values: &Values, table: V, index: Index, by: u64) -> bool {
    let Value::Table(target) = value(values, table) else { return false };
    if !changes_plainly(target) {
        return false;
    }
    let added = target.update(columns_of(values, index.0, index.1.0), |value| match value {
        Value::Count(count) => count.checked_add(by).is_some_and(|sum| {
            *count = sum;
            true
        }),
        _ => false,
    });
    added == Some(true)
}

#[inline(never)]
pub(super) fn has_entry(numbers: &mut Numbers, values: &Values, to: N, table: V, index: Index) -> bool {
    let Value::Table(table) = value(values, table) else { return false };
    set_number(numbers, to, u64::from(table.contains(columns_of(values, index.0, index.1.0))));
    true
}

#[inline(never)]
pub(super) fn add_member(values: &Values, set: V, index: Index) -> bool {
    let Value::Table(target) = value(values, set) else { return false };
    if !changes_plainly(target) {
        return false;
    }
    drop(target.insert(columns_of(values, index.0, index.1.0), Value::Unset));
    true
}

#[inline(never)]
pub(super) fn delete_entry(values: &Values, table: V, index: Index) -> bool {
    let Value::Table(target) = value(values, table) else { return false };
    if !changes_plainly(target) {
        return false;
    }
    discard(target.remove(columns_of(values, index.0, index.1.0)).unwrap_or_default());
    true
}

/// Whether there is a next entry.
#[inline(never)]
pub(super) fn next_entry(values: &Values, iterator: V) -> Option<bool> {
    let Value::Iterator(iterator) = value(values, iterator) else { return None };
    Some(iterator.advance())
}

#[inline(never)]
pub(super) fn entry_column(values: &mut Values, to: V, iterator: V, column: Length) -> bool {
    let Value::Iterator(iterator) = value(values, iterator) else { return false };
    let found = iterator.column(usize::from(column.0));
    set_value(values, to, found);
    true
}

#[inline(never)]
pub(super) fn entry_value(values: &mut Values, to: V, iterator: V) -> bool {
    let Value::Iterator(iterator) = value(values, iterator) else { return false };
    let found = iterator.value();
    set_value(values, to, found);
    true
}
