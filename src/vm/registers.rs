//! Registers by operand, and values on their way in and out of them.
//!
//! The index of a number is always within its window; that of a value is made so.

use super::frame::{Numbers, Values};
use crate::code::{N, V};
use crate::value::Value;

macro_rules! register {
    ($bank:ident, N $register:expr) => {
        $bank[usize::from($register.0)]
    };
    ($bank:ident, V $register:expr) => {
        $bank[usize::from($register.0) & (VALUE_MASK)]
    };
}

const VALUE_MASK: usize = crate::code::VALUE_WINDOW - 1;

#[inline]
pub(super) fn number(numbers: &Numbers, register: N) -> u64 {
    register!(numbers, N register)
}

#[inline]
pub(super) fn double(numbers: &Numbers, register: N) -> f64 {
    f64::from_bits(register!(numbers, N register))
}

#[inline]
pub(super) fn set_number(numbers: &mut Numbers, register: N, bits: u64) {
    register!(numbers, N register) = bits;
}

#[inline]
pub(super) fn value(values: &Values, register: V) -> &Value {
    &register!(values, V register)
}

#[inline]
pub(super) fn set_value(values: &mut Values, register: V, value: Value) {
    put(&mut register!(values, V register), value);
}

/// Whether a value holds nothing that is shared.
#[inline]
fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::Unset
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Count(_)
            | Value::Double(_)
            | Value::Time(_)
            | Value::Interval(_)
            | Value::Port(..)
            | Value::Addr4(_)
            | Value::Subnet4(..)
    )
}

/// Puts a value where another one was. Most have nothing to drop: telling that by their tag saves reading the rest.
#[inline]
pub(super) fn put(place: &mut Value, value: Value) {
    if is_plain(place) {
        std::mem::forget(std::mem::replace(place, value));
    } else {
        *place = value;
    }
}

/// Drops a value, which for most is nothing to do: telling that here saves a call.
#[inline]
pub(super) fn discard(value: Value) {
    if is_plain(&value) {
        std::mem::forget(value);
    }
}

/// Clones a value of one of the kinds that move about most; `None` for all others.
///
/// These are written in two pieces, tag and content, and must be read so as well: a processor that reads at once what
/// was just written in pieces waits for the memory. So nothing here goes through a value in memory.
#[inline]
pub(super) fn share_quickly(value: &Value) -> Option<Value> {
    Some(match value {
        Value::Count(number) => Value::Count(*number),
        Value::Int(number) => Value::Int(*number),
        Value::Double(number) => Value::Double(*number),
        Value::String(text) => Value::String(text.clone()),
        Value::Record(record) => Value::Record(record.clone()),
        Value::Table(table) => Value::Table(table.clone()),
        Value::Vector(vector) => Value::Vector(vector.clone()),
        _ => return None,
    })
}

#[inline]
pub(super) fn take_value(values: &mut Values, register: V) -> Value {
    std::mem::take(&mut register!(values, V register))
}

/// Moves a value and leaves none behind; the kinds that move about most in pieces, see [`share_quickly`].
#[inline]
pub(super) fn move_value(to: &mut Value, from: &mut Value) {
    macro_rules! pieces {
        ($($plain:ident)* ; $($shared:ident)*) => {
            match from {
                $(Value::$plain(inner) => {
                    let inner = *inner;
                    put(to, Value::$plain(inner));
                    put(from, Value::Unset);
                })*
                $(Value::$shared(_) => {
                    if let Value::$shared(inner) = std::mem::take(from) {
                        put(to, Value::$shared(inner));
                    }
                })*
                _ => move_other(to, from),
            }
        };
    }
    pieces!(Count Int Double ; String Record Table Vector);
}

#[inline(never)]
fn move_other(to: &mut Value, from: &mut Value) {
    *to = std::mem::take(from);
}

/// Moves a value from one register to another.
#[inline]
pub(super) fn move_register(values: &mut Values, to: V, from: V) {
    let places = [usize::from(to.0) & VALUE_MASK, usize::from(from.0) & VALUE_MASK];
    // Where they are one register there is nothing to do.
    if let Ok([to, from]) = values.get_disjoint_mut(places) {
        move_value(to, from);
    }
}

/// A value out of a register, moved or shared.
#[inline]
pub(super) fn read(values: &mut Values, register: V, take: bool) -> Value {
    if take {
        return take_value(values, register);
    }
    let value = value(values, register);
    share_quickly(value).unwrap_or_else(|| value.clone())
}

/// The position of an element that an index means, where it is one.
#[inline]
pub(super) fn position(index: u64, length: usize) -> Option<usize> {
    if index < length as u64 {
        return Some(index as usize);
    }
    let index = index as i64;
    if index < 0 { usize::try_from(index + length as i64).ok() } else { None }
}

/// Registers in a row, as the columns of an index.
#[inline]
pub(super) fn columns_of(values: &Values, first: V, columns: u8) -> &[Value] {
    let first = usize::from(first.0) & VALUE_MASK;
    values.get(first..first + usize::from(columns)).unwrap_or(&[])
}

/// Drops what a frame leaves behind.
#[inline]
pub(super) fn clear_frame(values: &mut Values, count: u16) {
    for place in &mut values[..usize::from(count) & VALUE_MASK] {
        put(place, Value::Unset);
    }
}
