//! Broker's data for scripts: vectors, and records, which are vectors too.

use std::rc::Rc;

use super::broker_data::{advance, argument, at_end, current, iterator, with_kind};
use crate::broker::{data_record, record_data};
use crate::value::{OpaqueObject, RecordObject, Value};
use crate::vm::{Raise, natives};
use crate::wire::Data;

/// No record has more fields than this.
const MAX_FIELDS: u64 = 65_535;

fn as_vector(data: &mut Data) -> Option<&mut Vec<Data>> {
    if let Data::Vector(elements) = data { Some(elements) } else { None }
}

fn with_vector<R>(record: &RecordObject, work: impl FnOnce(&mut Vec<Data>) -> R) -> Result<R, Raise> {
    with_kind(record, "vector", as_vector, work)
}

fn with_record<R>(record: &RecordObject, work: impl FnOnce(&mut Vec<Data>) -> R) -> Result<R, Raise> {
    with_kind(record, "record", as_vector, work)
}

fn place(idx: u64) -> usize {
    usize::try_from(idx).unwrap_or(usize::MAX)
}

natives! {
    /// Makes an empty vector. `Broker::vector_create` calls this.
    fn "Broker::__vector_create" = "function(): Broker::Data";
    |vm| -> Value {
        data_record(vm, Data::Vector(Vec::new()))
    }

    /// Removes all elements of a vector. `Broker::vector_clear` calls this.
    fn "Broker::__vector_clear" = "function(v: Broker::Data): bool";
    |_vm, v: Rc<RecordObject>| -> bool {
        with_vector(&v, Vec::clear)?;
        Ok(true)
    }

    /// Gives the number of elements of a vector. `Broker::vector_size` calls this.
    fn "Broker::__vector_size" = "function(v: Broker::Data): count";
    |_vm, v: Rc<RecordObject>| -> u64 {
        with_vector(&v, |elements| elements.len() as u64)
    }

    /// Inserts an element before another one, or at the end where the place is behind it. `Broker::vector_insert`
    /// calls this.
    fn "Broker::__vector_insert" = "function(v: Broker::Data, idx: count, d: any): bool";
    |vm, v: Rc<RecordObject>, idx: u64, d: Value| -> bool {
        with_vector(&v, |_| ())?;
        let Some(item) = argument(vm, &d, "item") else { return Ok(false) };
        with_vector(&v, |elements| elements.insert(place(idx).min(elements.len()), item))?;
        Ok(true)
    }

    /// Replaces an element and gives the one before; empty data where there is no such place.
    /// `Broker::vector_replace` calls this.
    fn "Broker::__vector_replace" = "function(v: Broker::Data, idx: count, d: any): Broker::Data";
    |vm, v: Rc<RecordObject>, idx: u64, d: Value| -> Value {
        with_vector(&v, |_| ())?;
        let Some(item) = argument(vm, &d, "item") else { return record_data(vm, None) };
        let before = with_vector(&v, |elements| {
            elements.get_mut(place(idx)).map(|element| std::mem::replace(element, item))
        })?;
        record_data(vm, before)
    }

    /// Removes an element and gives it; empty data where there is no such place. `Broker::vector_remove` calls this.
    fn "Broker::__vector_remove" = "function(v: Broker::Data, idx: count): Broker::Data";
    |vm, v: Rc<RecordObject>, idx: u64| -> Value {
        let removed = with_vector(&v, |elements| {
            (place(idx) < elements.len()).then(|| elements.remove(place(idx)))
        })?;
        record_data(vm, removed)
    }

    /// Gives an element; empty data where there is no such place. `Broker::vector_lookup` calls this.
    fn "Broker::__vector_lookup" = "function(v: Broker::Data, idx: count): Broker::Data";
    |vm, v: Rc<RecordObject>, idx: u64| -> Value {
        let found = with_vector(&v, |elements| elements.get(place(idx)).cloned())?;
        record_data(vm, found)
    }

    /// Makes an iterator over a vector as it is now. `Broker::vector_iterator` calls this.
    fn "Broker::__vector_iterator" = "function(v: Broker::Data): opaque of Broker::VectorIterator";
    |_vm, v: Rc<RecordObject>| -> Value {
        let elements = with_vector(&v, |elements| elements.clone())?;
        Ok(iterator("Broker::VectorIterator", elements))
    }

    /// Tells whether an iterator is behind the last element. `Broker::vector_iterator_last` calls this.
    fn "Broker::__vector_iterator_last" = "function(it: opaque of Broker::VectorIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(at_end::<Data>(&it))
    }

    /// Moves an iterator on; F behind the last element. `Broker::vector_iterator_next` calls this.
    fn "Broker::__vector_iterator_next" = "function(it: opaque of Broker::VectorIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(advance::<Data>(&it))
    }

    /// Gives the element an iterator is at. `Broker::vector_iterator_value` calls this.
    fn "Broker::__vector_iterator_value" = "function(it: opaque of Broker::VectorIterator): Broker::Data";
    |vm, it: Rc<OpaqueObject>| -> Value {
        let value = current::<Data>(&it);
        if value.is_none() {
            vm.builtin_error("attempt to retrieve value of invalid vector iterator");
        }
        record_data(vm, value)
    }

    /// Makes a record of unset fields. `Broker::record_create` calls this.
    fn "Broker::__record_create" = "function(sz: count): Broker::Data";
    |vm, sz: u64| -> Value {
        if sz > MAX_FIELDS {
            return Err(Raise::error(format!("a record has {MAX_FIELDS} fields at most")));
        }
        data_record(vm, Data::Vector(vec![Data::None; place(sz)]))
    }

    /// Gives the number of fields of a record. `Broker::record_size` calls this.
    fn "Broker::__record_size" = "function(r: Broker::Data): count";
    |_vm, r: Rc<RecordObject>| -> u64 {
        with_record(&r, |fields| fields.len() as u64)
    }

    /// Sets a field; F where there is no such place. `Broker::record_assign` calls this.
    fn "Broker::__record_assign" = "function(r: Broker::Data, idx: count, d: any): bool";
    |vm, r: Rc<RecordObject>, idx: u64, d: Value| -> bool {
        if with_record(&r, |fields| place(idx) >= fields.len())? {
            return Ok(false);
        }
        let Some(item) = argument(vm, &d, "item") else { return Ok(false) };
        with_record(&r, |fields| fields.get_mut(place(idx)).map(|field| *field = item).is_some())
    }

    /// Gives a field; empty data where it is not set or there is no such place. `Broker::record_lookup` calls this.
    fn "Broker::__record_lookup" = "function(r: Broker::Data, idx: count): Broker::Data";
    |vm, r: Rc<RecordObject>, idx: u64| -> Value {
        let found = with_record(&r, |fields| fields.get(place(idx)).cloned())?;
        record_data(vm, found.filter(|data| *data != Data::None))
    }

    /// Makes an iterator over the fields of a record as it is now. `Broker::record_iterator` calls this.
    fn "Broker::__record_iterator" = "function(r: Broker::Data): opaque of Broker::RecordIterator";
    |_vm, r: Rc<RecordObject>| -> Value {
        let fields = with_record(&r, |fields| fields.clone())?;
        Ok(iterator("Broker::RecordIterator", fields))
    }

    /// Tells whether an iterator is behind the last field. `Broker::record_iterator_last` calls this.
    fn "Broker::__record_iterator_last" = "function(it: opaque of Broker::RecordIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(at_end::<Data>(&it))
    }

    /// Moves an iterator on; F behind the last field. `Broker::record_iterator_next` calls this.
    fn "Broker::__record_iterator_next" = "function(it: opaque of Broker::RecordIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(advance::<Data>(&it))
    }

    /// Gives the field an iterator is at; empty data where it is not set. `Broker::record_iterator_value` calls this.
    fn "Broker::__record_iterator_value" = "function(it: opaque of Broker::RecordIterator): Broker::Data";
    |vm, it: Rc<OpaqueObject>| -> Value {
        let value = current::<Data>(&it);
        if value.is_none() {
            vm.builtin_error("attempt to retrieve value of invalid record iterator");
        }
        record_data(vm, value.filter(|data| *data != Data::None))
    }
}
