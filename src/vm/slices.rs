//! Parts of strings and vectors.

use std::rc::Rc;

use super::Raise;
use super::registers::position;
use crate::value::{Value, VectorObject};

/// A bound of a slice: negative ones count from the end, and none goes beyond either end.
fn bound(index: u64, length: usize) -> usize {
    let index = index as i64;
    let length = length as i64;
    let index = if index < 0 { index.saturating_add(length).max(0) } else { index.min(length) };
    usize::try_from(index).unwrap_or(0)
}

/// One byte of a string, empty outside of it.
pub(super) fn byte_at(text: &[u8], index: u64) -> Value {
    let byte = position(index, text.len()).and_then(|index| text.get(index..=index));
    Value::string(byte.unwrap_or_default())
}

/// `value[low:high]`; `None` where the value is neither string nor vector.
pub(super) fn slice(value: &Value, low: u64, high: u64) -> Option<Value> {
    match value {
        Value::String(text) => {
            let text = text.as_bytes();
            let range = bound(low, text.len())..bound(high, text.len());
            Some(Value::string(text.get(range).unwrap_or_default()))
        }
        Value::Vector(vector) => {
            let part = vector.with(|elements| {
                let range = bound(low, elements.len())..bound(high, elements.len());
                elements.get(range).unwrap_or_default().to_vec()
            });
            Some(Value::Vector(Rc::new(VectorObject::new(vector.ty.clone(), part))))
        }
        _ => None,
    }
}

/// `vector[low:high] = new`
pub(super) fn set_slice(vector: &Value, low: u64, high: u64, new: &Value) -> Result<(), Raise> {
    let (Value::Vector(vector), Value::Vector(new)) = (vector, new) else { return Err(Raise::null()) };
    let new = new.with(<[Value]>::to_vec);
    let old: Vec<Value> = vector.with_mut(|elements| {
        let low = bound(low, elements.len());
        let high = bound(high, elements.len()).max(low);
        elements.splice(low..high, new).collect()
    });
    drop(old);
    Ok(())
}

/// The elements that a vector of indices or of bools picks.
pub(super) fn elements(vector: &Value, indices: &Value) -> Result<Value, Raise> {
    let (Value::Vector(vector), Value::Vector(indices)) = (vector, indices) else { return Err(Raise::null()) };
    let indices = indices.with(<[Value]>::to_vec);
    let picked = vector.with(|elements| {
        if indices.iter().any(|index| matches!(index, Value::Bool(_))) {
            if indices.len() != elements.len() {
                return Err(Raise::error("size mismatch, boolean index and vector"));
            }
            let pairs = elements.iter().zip(&indices);
            return Ok(pairs
                .filter(|(_, wanted)| matches!(wanted, Value::Bool(true)))
                .map(|(element, _)| element.clone())
                .collect());
        }
        let pick = |index: &Value| {
            let index = crate::value::convert::as_int(index)? as u64;
            elements.get(position(index, elements.len())?).cloned()
        };
        Ok(indices.iter().map(|index| pick(index).unwrap_or_default()).collect::<Vec<_>>())
    })?;
    Ok(Value::Vector(Rc::new(VectorObject::new(vector.ty.clone(), picked))))
}

#[cfg(test)]
mod tests {
    use super::{bound, byte_at, slice};
    use crate::value::Value;

    #[test]
    fn bounds_stay_inside() {
        assert_eq!(bound(2, 5), 2);
        assert_eq!(bound(9, 5), 5);
        assert_eq!(bound(-2i64 as u64, 5), 3);
        assert_eq!(bound(-9i64 as u64, 5), 0);
        assert_eq!(bound(i64::MIN as u64, 5), 0);
    }

    #[test]
    fn strings_are_sliced_by_bytes() {
        let text = Value::string("abcde");
        let part = |low: i64, high: i64| {
            slice(&text, low as u64, high as u64).and_then(|part| part.as_bytes().map(<[u8]>::to_vec))
        };
        assert_eq!(part(1, 3).unwrap(), b"bc");
        assert_eq!(part(-2, 5).unwrap(), b"de");
        assert_eq!(part(3, 1).unwrap(), b"");
        assert_eq!(byte_at(b"abc", -1i64 as u64).as_bytes(), Some(&b"c"[..]));
        assert_eq!(byte_at(b"abc", 3).as_bytes(), Some(&b""[..]));
    }
}
