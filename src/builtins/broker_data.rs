//! Broker's data for scripts: making it, its type, sets and tables.
//!
//! Data is a record `Broker::Data` around an opaque value; changing a set, table or vector changes that value, which
//! all copies of the record share.

use std::any::Any;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::results::type_named;
use crate::broker::{data_record, record_data, to_data, with_data};
use crate::types::Type;
use crate::value::{Opaque, OpaqueObject, RecordObject, Value};
use crate::vm::{EnumValue, Raise, Vm, natives};
use crate::wire::{Data, DataType};

/// Elements of a container as they were when an iterator was made, and which is next.
pub(super) struct Elements<T> {
    elements: Vec<T>,
    next: usize,
}

impl<T: Clone + Any> Opaque for Elements<T> {
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        Some(Box::new(Elements { elements: self.elements.clone(), next: self.next }))
    }
}

/// An iterator value over elements.
pub(super) fn iterator<T: Clone + Any>(name: &str, elements: Vec<T>) -> Value {
    Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque(name), Elements { elements, next: 0 })))
}

/// Whether an iterator is behind the last element.
pub(super) fn at_end<T: Clone + Any>(it: &OpaqueObject) -> bool {
    it.with(|it: &mut Elements<T>| it.next >= it.elements.len()).unwrap_or(true)
}

/// Moves an iterator on; false where that leads behind the last element.
pub(super) fn advance<T: Clone + Any>(it: &OpaqueObject) -> bool {
    it.with(|it: &mut Elements<T>| {
        it.next = (it.next + 1).min(it.elements.len());
        it.next < it.elements.len()
    })
    .unwrap_or(false)
}

/// The element an iterator is at.
pub(super) fn current<T: Clone + Any>(it: &OpaqueObject) -> Option<T> {
    it.with(|it: &mut Elements<T>| it.elements.get(it.next).cloned()).flatten()
}

/// Bro's name of the type of data; `vector` is what a vector is taken for.
fn type_name(data: &Data, vector: &'static str) -> &'static str {
    match data.data_type() {
        DataType::None => "NONE",
        DataType::Bool => "bool",
        DataType::Count => "count",
        DataType::Integer => "int",
        DataType::Real => "double",
        DataType::String => "string",
        DataType::Address => "address",
        DataType::Subnet => "subnet",
        DataType::Port => "port",
        DataType::Timestamp => "time",
        DataType::Timespan => "interval",
        DataType::Enum => "enum",
        DataType::Set => "set",
        DataType::Table => "table",
        DataType::Vector => vector,
    }
}

/// Works on data of one type; data of another type gives up the body.
pub(super) fn with_kind<T, R>(
    record: &RecordObject,
    wanted: &'static str,
    part: fn(&mut Data) -> Option<&mut T>,
    work: impl FnOnce(&mut T) -> R,
) -> Result<R, Raise> {
    with_data(record, |data| {
        let found = type_name(data, if wanted == "record" { "record" } else { "vector" });
        match part(data) {
            Some(part) => Ok(work(part)),
            None => Err(Raise::run_time(format!("data is of type '{found}' not of type '{wanted}'"))),
        }
    })?
}

fn as_set(data: &mut Data) -> Option<&mut BTreeSet<Data>> {
    if let Data::Set(set) = data { Some(set) } else { None }
}

fn as_table(data: &mut Data) -> Option<&mut BTreeMap<Data, Data>> {
    if let Data::Table(table) = data { Some(table) } else { None }
}

fn with_set<R>(record: &RecordObject, work: impl FnOnce(&mut BTreeSet<Data>) -> R) -> Result<R, Raise> {
    with_kind(record, "table", as_set, work)
}

fn with_table<R>(record: &RecordObject, work: impl FnOnce(&mut BTreeMap<Data, Data>) -> R) -> Result<R, Raise> {
    with_kind(record, "table", as_table, work)
}

/// An argument as data; where it has no such form that is reported, naming what the argument is.
pub(super) fn argument(vm: &mut Vm, value: &Value, what: &str) -> Option<Data> {
    match to_data(vm, value) {
        Ok(data) => Some(data),
        Err(unsupported) => {
            vm.error_without_place(unsupported.0);
            vm.builtin_error(format!("invalid Broker data conversion for {what} argument"));
            None
        }
    }
}

natives! {
    /// Makes data of a value. `Broker::data` calls this.
    fn "Broker::__data" = "function(d: any): Broker::Data";
    |vm, d: Value| -> Value {
        match to_data(vm, &d) {
            Ok(data) => data_record(vm, data),
            Err(unsupported) => {
                vm.error_without_place(unsupported.0);
                record_data(vm, None)
            }
        }
    }

    /// Whether a value has a form as data, so that it can be sent and stored.
    #[example("Broker::__is_data(1)", "T")]
    fn "Broker::__is_data" = "function(d: any): bool";
    |vm, d: Value| -> bool {
        Ok(to_data(vm, &d).is_ok())
    }

    /// Gives the type of data. `Broker::data_type` calls this.
    fn "Broker::__data_type" = "function(d: Broker::Data): Broker::DataType";
    |vm, d: Rc<RecordObject>| -> EnumValue {
        let name = with_data(&d, |data| match data.data_type() {
            DataType::None => "Broker::NONE",
            DataType::Bool => "Broker::BOOL",
            DataType::Count => "Broker::COUNT",
            DataType::Integer => "Broker::INT",
            DataType::Real => "Broker::DOUBLE",
            DataType::String => "Broker::STRING",
            DataType::Address => "Broker::ADDR",
            DataType::Subnet => "Broker::SUBNET",
            DataType::Port => "Broker::PORT",
            DataType::Timestamp => "Broker::TIME",
            DataType::Timespan => "Broker::INTERVAL",
            DataType::Enum => "Broker::ENUM",
            DataType::Set => "Broker::SET",
            DataType::Table => "Broker::TABLE",
            DataType::Vector => "Broker::VECTOR",
        })?;
        let ty = type_named(vm, "Broker::DataType")?;
        let value = ty.as_enum().and_then(|of| Some(EnumValue(of.value_of(name.into())?, of.clone())));
        value.ok_or_else(|| Raise::error(format!("{name} is not declared")))
    }

    /// Makes an empty set. `Broker::set_create` calls this.
    fn "Broker::__set_create" = "function(): Broker::Data";
    |vm| -> Value {
        data_record(vm, Data::Set(BTreeSet::new()))
    }

    /// Removes all elements of a set. `Broker::set_clear` calls this.
    fn "Broker::__set_clear" = "function(s: Broker::Data): bool";
    |_vm, s: Rc<RecordObject>| -> bool {
        with_set(&s, BTreeSet::clear)?;
        Ok(true)
    }

    /// Gives the number of elements of a set. `Broker::set_size` calls this.
    fn "Broker::__set_size" = "function(s: Broker::Data): count";
    |_vm, s: Rc<RecordObject>| -> u64 {
        with_set(&s, |set| set.len() as u64)
    }

    /// Tells whether a set has an element. `Broker::set_contains` calls this.
    fn "Broker::__set_contains" = "function(s: Broker::Data, key: any): bool";
    |vm, s: Rc<RecordObject>, key: Value| -> bool {
        with_set(&s, |_| ())?;
        let Some(key) = argument(vm, &key, "key") else { return Ok(false) };
        with_set(&s, |set| set.contains(&key))
    }

    /// Adds an element to a set; F where it was there. `Broker::set_insert` calls this.
    fn "Broker::__set_insert" = "function(s: Broker::Data, key: any): bool";
    |vm, s: Rc<RecordObject>, key: Value| -> bool {
        with_set(&s, |_| ())?;
        let Some(key) = argument(vm, &key, "key") else { return Ok(false) };
        with_set(&s, |set| set.insert(key))
    }

    /// Removes an element of a set; F where it was not there. `Broker::set_remove` calls this.
    fn "Broker::__set_remove" = "function(s: Broker::Data, key: any): bool";
    |vm, s: Rc<RecordObject>, key: Value| -> bool {
        with_set(&s, |_| ())?;
        let Some(key) = argument(vm, &key, "key") else { return Ok(false) };
        with_set(&s, |set| set.remove(&key))
    }

    /// Makes an iterator over a set as it is now. `Broker::set_iterator` calls this.
    fn "Broker::__set_iterator" = "function(s: Broker::Data): opaque of Broker::SetIterator";
    |_vm, s: Rc<RecordObject>| -> Value {
        let elements = with_set(&s, |set| set.iter().cloned().collect::<Vec<Data>>())?;
        Ok(iterator("Broker::SetIterator", elements))
    }

    /// Tells whether an iterator is behind the last element. `Broker::set_iterator_last` calls this.
    fn "Broker::__set_iterator_last" = "function(it: opaque of Broker::SetIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(at_end::<Data>(&it))
    }

    /// Moves an iterator on; F behind the last element. `Broker::set_iterator_next` calls this.
    fn "Broker::__set_iterator_next" = "function(it: opaque of Broker::SetIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(advance::<Data>(&it))
    }

    /// Gives the element an iterator is at. `Broker::set_iterator_value` calls this.
    fn "Broker::__set_iterator_value" = "function(it: opaque of Broker::SetIterator): Broker::Data";
    |vm, it: Rc<OpaqueObject>| -> Value {
        let value = current::<Data>(&it);
        if value.is_none() {
            vm.builtin_error("attempt to retrieve value of invalid set iterator");
        }
        record_data(vm, value)
    }

    /// Makes an empty table. `Broker::table_create` calls this.
    fn "Broker::__table_create" = "function(): Broker::Data";
    |vm| -> Value {
        data_record(vm, Data::Table(BTreeMap::new()))
    }

    /// Removes all entries of a table. `Broker::table_clear` calls this.
    fn "Broker::__table_clear" = "function(t: Broker::Data): bool";
    |_vm, t: Rc<RecordObject>| -> bool {
        with_table(&t, BTreeMap::clear)?;
        Ok(true)
    }

    /// Gives the number of entries of a table. `Broker::table_size` calls this.
    fn "Broker::__table_size" = "function(t: Broker::Data): count";
    |_vm, t: Rc<RecordObject>| -> u64 {
        with_table(&t, |table| table.len() as u64)
    }

    /// Tells whether a table has a key. `Broker::table_contains` calls this.
    fn "Broker::__table_contains" = "function(t: Broker::Data, key: any): bool";
    |vm, t: Rc<RecordObject>, key: Value| -> bool {
        with_table(&t, |_| ())?;
        let Some(key) = argument(vm, &key, "key") else { return Ok(false) };
        with_table(&t, |table| table.contains_key(&key))
    }

    /// Sets the value of a key and gives the one before; empty data where there was none. `Broker::table_insert`
    /// calls this.
    fn "Broker::__table_insert" = "function(t: Broker::Data, key: any, val: any): Broker::Data";
    |vm, t: Rc<RecordObject>, key: Value, val: Value| -> Value {
        with_table(&t, |_| ())?;
        let Some(key) = argument(vm, &key, "key") else { return record_data(vm, None) };
        let Some(value) = argument(vm, &val, "value") else { return record_data(vm, None) };
        let before = with_table(&t, |table| table.insert(key, value))?;
        record_data(vm, before)
    }

    /// Removes a key and gives its value; empty data where it was not there. `Broker::table_remove` calls this.
    fn "Broker::__table_remove" = "function(t: Broker::Data, key: any): Broker::Data";
    |vm, t: Rc<RecordObject>, key: Value| -> Value {
        with_table(&t, |_| ())?;
        let Some(key) = argument(vm, &key, "key") else { return record_data(vm, None) };
        let before = with_table(&t, |table| table.remove(&key))?;
        record_data(vm, before)
    }

    /// Gives the value of a key; empty data where it is not there. `Broker::table_lookup` calls this.
    fn "Broker::__table_lookup" = "function(t: Broker::Data, key: any): Broker::Data";
    |vm, t: Rc<RecordObject>, key: Value| -> Value {
        with_table(&t, |_| ())?;
        let Some(key) = argument(vm, &key, "key") else { return record_data(vm, None) };
        let value = with_table(&t, |table| table.get(&key).cloned())?;
        record_data(vm, value)
    }

    /// Makes an iterator over a table as it is now. `Broker::table_iterator` calls this.
    fn "Broker::__table_iterator" = "function(t: Broker::Data): opaque of Broker::TableIterator";
    |_vm, t: Rc<RecordObject>| -> Value {
        let entries: Vec<(Data, Data)> =
            with_table(&t, |table| table.iter().map(|(key, value)| (key.clone(), value.clone())).collect())?;
        Ok(iterator("Broker::TableIterator", entries))
    }

    /// Tells whether an iterator is behind the last entry. `Broker::table_iterator_last` calls this.
    fn "Broker::__table_iterator_last" = "function(it: opaque of Broker::TableIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(at_end::<(Data, Data)>(&it))
    }

    /// Moves an iterator on; F behind the last entry. `Broker::table_iterator_next` calls this.
    fn "Broker::__table_iterator_next" = "function(it: opaque of Broker::TableIterator): bool";
    |_vm, it: Rc<OpaqueObject>| -> bool {
        Ok(advance::<(Data, Data)>(&it))
    }

    /// Gives the entry an iterator is at. `Broker::table_iterator_value` calls this.
    fn "Broker::__table_iterator_value" = "function(it: opaque of Broker::TableIterator): Broker::TableItem";
    |vm, it: Rc<OpaqueObject>| -> Value {
        let entry = current::<(Data, Data)>(&it);
        if entry.is_none() {
            vm.builtin_error("attempt to retrieve value of invalid table iterator");
        }
        let (key, value) = entry.map_or((None, None), |(key, value)| (Some(key), Some(value)));
        let ty = type_named(vm, "Broker::TableItem")?;
        let fields = vec![record_data(vm, key)?, record_data(vm, value)?];
        Ok(Value::Record(Rc::new(RecordObject::new(ty, fields))))
    }
}
