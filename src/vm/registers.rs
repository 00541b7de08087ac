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
    discard(std::mem::replace(&mut register!(values, V register), value));
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

/// Drops a value, which for most is nothing to do: telling that here saves a call.
#[inline]
pub(super) fn discard(value: Value) {
    if is_plain(&value) {
        std::mem::forget(value);
    }
}

/// Clones a value; the kinds that move about most without a call.
#[inline]
pub(super) fn share(value: &Value) -> Value {
    match value {
        Value::Count(number) => Value::Count(*number),
        Value::Record(record) => Value::Record(record.clone()),
        Value::String(text) => Value::String(text.clone()),
        other => other.clone(),
    }
}

#[inline]
pub(super) fn take_value(values: &mut Values, register: V) -> Value {
    std::mem::take(&mut register!(values, V register))
}

/// A value out of a register, moved or shared.
#[inline]
pub(super) fn read(values: &mut Values, register: V, take: bool) -> Value {
    if take { take_value(values, register) } else { share(value(values, register)) }
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
        discard(std::mem::take(place));
    }
}
