//! How much a value is: in values and in bytes. Nothing here recurses, and cyclic values end.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::value::Value;

/// The address of a container that holds other values, 0 for all else.
fn address(value: &Value) -> usize {
    match value {
        Value::Table(table) => Rc::as_ptr(table).addr(),
        Value::Vector(vector) => Rc::as_ptr(vector).addr(),
        Value::Record(record) => Rc::as_ptr(record).addr(),
        Value::List(values) => Rc::as_ptr(values).addr(),
        _ => 0,
    }
}

/// The values directly within a container, and how much the container itself counts.
fn parts(value: &Value) -> (Vec<Value>, u64) {
    let mut parts = Vec::new();
    let own = match value {
        Value::Table(table) => {
            table.for_each(|key, value| {
                parts.push(Value::List(Rc::new(key.to_vec())));
                parts.push(value.clone());
            });
            table.len()
        }
        Value::Vector(vector) => {
            vector.with(|elements| parts.extend_from_slice(elements));
            vector.len()
        }
        Value::Record(record) => {
            record.with_fields(|fields| parts.extend_from_slice(fields));
            record.record_type().map_or(0, crate::types::RecordType::len)
        }
        Value::List(values) => {
            parts.extend_from_slice(values);
            values.len()
        }
        _ => 0,
    };
    parts.retain(Value::is_set);
    (parts, own as u64)
}

/// How much a value that holds no others counts: strings more by their length.
fn simple(value: &Value) -> u64 {
    // Zeek divides by the size of its own objects.
    const OBJECT: usize = 24;
    1 + value.as_bytes().map_or(0, |bytes| bytes.len() / OBJECT) as u64
}

/// What Zeek calls a value's footprint: about how many values it is.
pub(super) fn footprint(value: &Value) -> u64 {
    struct Open {
        value: Value,
        parts: Vec<Value>,
        sum: u64,
    }
    let open = |value: &Value| {
        let (parts, sum) = parts(value);
        Open { value: value.clone(), parts, sum }
    };
    if address(value) == 0 {
        return simple(value);
    }
    // What is known of containers: 1 while they are being counted, which is what one inside itself counts.
    let mut known: FxHashMap<usize, u64> = FxHashMap::default();
    known.insert(address(value), 1);
    let mut stack = vec![open(value)];
    loop {
        let Some(top) = stack.last_mut() else { return 0 };
        let Some(part) = top.parts.pop() else {
            let Some(done) = stack.pop() else { return 0 };
            known.insert(address(&done.value), done.sum);
            match stack.last_mut() {
                Some(outer) => outer.sum = outer.sum.saturating_add(done.sum),
                None => return done.sum,
            }
            continue;
        };
        let key = address(&part);
        if key == 0 {
            top.sum = top.sum.saturating_add(simple(&part));
        } else if let Some(counted) = known.get(&key) {
            top.sum = top.sum.saturating_add(*counted);
        } else {
            known.insert(key, 1);
            stack.push(open(&part));
        }
    }
}

/// How many bytes a value takes, with everything in it, each object once.
pub(super) fn memory(value: &Value) -> u64 {
    const SLOT: usize = size_of::<Value>();
    /// Counters and type of a shared object.
    const OBJECT: usize = 32;
    let mut seen = FxHashSet::default();
    let mut pending = vec![value.clone()];
    let mut total = 0u64;
    while let Some(value) = pending.pop() {
        let key = address(&value);
        if key != 0 && !seen.insert(key) {
            continue;
        }
        let held = match &value {
            Value::String(text) => OBJECT + text.as_bytes().len(),
            Value::Pattern(pattern) => OBJECT + 2 * pattern.exact_text().len(),
            Value::Addr6(_) | Value::Subnet6(_) => OBJECT,
            _ if key != 0 => OBJECT,
            _ => 0,
        };
        total = total.saturating_add((SLOT + held) as u64);
        pending.extend(parts(&value).0);
    }
    total
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{footprint, memory};
    use crate::types::Type;
    use crate::value::{Value, VectorObject};

    fn vector(elements: Vec<Value>) -> Value {
        Value::Vector(Rc::new(VectorObject::new(Type::vector(Type::any()), elements)))
    }

    #[test]
    fn footprints_count_values() {
        assert_eq!(footprint(&Value::Count(1)), 1);
        assert_eq!(footprint(&vector(vec![Value::Count(1), Value::Unset])), 3);
        assert_eq!(footprint(&vector(vec![vector(vec![Value::Count(1)]), Value::Count(1)])), 5);
    }

    #[test]
    fn shared_and_cyclic_values_end() {
        let mut value = vector(vec![Value::Count(1)]);
        for _ in 0..100 {
            value = vector(vec![value.clone(), value]);
        }
        assert_eq!(footprint(&value), u64::MAX);
        assert!(memory(&value) < 10_000);
        let cycle = vector(Vec::new());
        if let Value::Vector(object) = &cycle {
            object.with_mut(|elements| elements.push(cycle.clone()));
            assert_eq!(footprint(&cycle), 2);
            assert!(memory(&cycle) > 0);
            object.with_mut(Vec::clear);
        }
    }
}
