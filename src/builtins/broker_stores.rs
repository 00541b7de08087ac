//! Broker's data stores for scripts.
//!
//! What asks a store stands in the condition of a `when` that has a time-out, as in Bro: the answer comes in a later
//! round. A clone whose master is not there has no answers, so the time-out comes.

use std::rc::Rc;
use std::time::Duration;

use super::broker_data::argument;
use super::results::type_named;
use crate::broker::{Answer, Handle, Stores, make_clone, make_master, record_data, take_answers};
use crate::replication::Intervals;
use crate::source::Symbol;
use crate::store::{Journal, OnFailure, Options, Query, StoreError, Synchronous, backend};
use crate::types::TypeRef;
use crate::value::{RecordObject, Text, Value};
use crate::vm::{EnumValue, Interval, Raise, Ticket, Vm, natives};
use crate::wire::{CommandBody, Data, DataType};

const NANOSECONDS: f64 = 1e9;

/// How long an entry lives: 0 means for ever.
fn lifetime(e: Interval) -> Option<i64> {
    (e.0 != 0.0).then_some((e.0 * NANOSECONDS) as i64)
}

/// The store behind a handle; what is no handle is reported.
fn store(vm: &mut Vm, h: &Value) -> Option<Handle> {
    let handle = Handle::of(h);
    if handle.is_none() {
        vm.builtin_error("invalid Broker store handle");
    }
    handle
}

/// What answers are made of, found once.
#[derive(Clone)]
struct ResultTypes {
    result: TypeRef,
    success: Value,
    failure: Value,
}

#[derive(Default)]
struct Results(Option<ResultTypes>);

fn result_types(vm: &mut Vm) -> Result<ResultTypes, Raise> {
    if let Some(types) = &vm.state::<Results>().0 {
        return Ok(types.clone());
    }
    let (status, result) = (type_named(vm, "Broker::QueryStatus")?, type_named(vm, "Broker::QueryResult")?);
    let value = |name: &str| {
        let of = status.as_enum()?;
        Some(Value::Enum(of.value_of(name.into())?, of.clone()))
    };
    let (success, failure) = (value("Broker::SUCCESS"), value("Broker::FAILURE"));
    let types = ResultTypes { success: success.unwrap_or_default(), failure: failure.unwrap_or_default(), result };
    vm.state::<Results>().0 = Some(types.clone());
    Ok(types)
}

/// A record `Broker::QueryResult`.
fn result(vm: &mut Vm, data: Option<Data>) -> Result<Value, Raise> {
    let ResultTypes { result, success, failure } = result_types(vm)?;
    let status = if data.is_some() { success } else { failure };
    let data = record_data(vm, data)?;
    Ok(Value::Record(Rc::new(RecordObject::new(result, vec![status, data]))))
}

/// Asks a store inside the condition of a `when`.
fn query(vm: &mut Vm, ask: impl FnOnce(&mut Vm, Ticket)) -> Result<Value, Raise> {
    if !vm.can_suspend() {
        vm.builtin_error("Broker queries can only be called inside when-condition");
        return result(vm, None);
    }
    if vm.when_timeout().is_none() {
        vm.builtin_error("Broker queries must specify a timeout block");
        return result(vm, None);
    }
    let Some(ticket) = vm.suspend() else { return result(vm, None) };
    ask(vm, ticket);
    Err(Raise::pending())
}

/// Completes the questions whose answers have come.
pub(super) fn poll(vm: &mut Vm) {
    for Answer { ticket, result: answer, .. } in take_answers(vm) {
        let data = match answer {
            Ok(data) => Some(data),
            Err(StoreError::NoSuchKey) => None,
            // As with Broker, the time-out of the `when` takes care of the rest.
            Err(StoreError::Stale | StoreError::NoMaster) => continue,
            Err(error) => {
                vm.warning_without_place(format!("unknown store response status: {error}"));
                continue;
            }
        };
        if let Ok(value) = result(vm, data) {
            vm.complete(ticket, value);
        }
    }
}

/// Changes a store. Broker tells nobody what became of it; only that the store does not work is worth an error.
fn change(vm: &mut Vm, handle: &Handle, body: CommandBody) -> bool {
    match handle.change(vm, body) {
        Err(error @ (StoreError::Backend(_) | StoreError::InvalidData(_) | StoreError::Stale)) => {
            vm.error_without_place(format!("Broker store '{}': {error}", handle.name));
            !matches!(error, StoreError::Stale)
        }
        _ => true,
    }
}

/// Adds to what a key holds; what is not there yet starts empty.
fn add(vm: &mut Vm, handle: &Handle, key: Data, value: Data, initial: DataType, e: Interval) -> bool {
    let (expiry, publisher) = (lifetime(e), handle.publisher());
    change(vm, handle, CommandBody::Add { key, value, initial, expiry, publisher })
}

/// Takes from what a key holds.
fn subtract(vm: &mut Vm, handle: &Handle, key: Data, value: Data, e: Interval) -> bool {
    let (expiry, publisher) = (lifetime(e), handle.publisher());
    change(vm, handle, CommandBody::Subtract { key, value, expiry, publisher })
}

/// A field of a record; unset where there is none.
fn field(record: &RecordObject, name: &str) -> Value {
    let offset = record.record_type().and_then(|ty| ty.offset(name.into()));
    offset.map(|offset| record.get(offset)).unwrap_or_default()
}

/// The name of an enum's value; empty for another value.
fn enum_name(value: &Value) -> &'static str {
    match value {
        Value::Enum(number, of) => of.name_of(*number).map_or("", Symbol::as_str),
        _ => "",
    }
}

/// What `Broker::BackendOptions` say to a backend: `Broker::SQLITE` reads its field `sqlite`.
fn options(backend: &str, record: &RecordObject) -> Options {
    let name = backend.trim_start_matches("Broker::").to_ascii_lowercase();
    let Value::Record(record) = field(record, &name) else { return Options::default() };
    let path = field(&record, "path").as_bytes().map(|path| String::from_utf8_lossy(path).into_owned());
    Options {
        place: path,
        synchronous: Synchronous::from_name(enum_name(&field(&record, "synchronous"))),
        journal: Journal::from_name(enum_name(&field(&record, "journal_mode"))),
        on_failure: OnFailure::from_name(enum_name(&field(&record, "failure_mode"))).unwrap_or_default(),
        thorough_check: matches!(field(&record, "integrity_check"), Value::Bool(true)),
    }
}

natives! {
    /// Makes the master of a store, or finds the open store of this name. `Broker::create_master` calls this.
    fn "Broker::__create_master" =
        "function(id: string, b: Broker::BackendType, options: Broker::BackendOptions &default=Broker::BackendOptions()): opaque of Broker::Store";
    |vm, id: Rc<Text>, b: EnumValue, options: Rc<RecordObject>| -> Value {
        let name = id.to_lossy().into_owned();
        if let Some(handle) = vm.state::<Stores>().find(&name) {
            return Ok(handle.to_value());
        }
        let kind = b.1.name_of(b.0).map_or("", Symbol::as_str);
        let made = match backend(kind) {
            Some(found) => make_master(vm, &name, found, self::options(kind, &options)),
            None => Err(StoreError::Backend(format!("there is no backend {kind} here"))),
        };
        match made {
            Ok(handle) => Ok(handle.to_value()),
            Err(error) => {
                vm.builtin_error(format!("Failed to attach master store {error}"));
                vm.builtin_error(format!("Could not create Broker master store '{name}'"));
                Err(Raise::null())
            }
        }
    }

    /// Makes a clone of a store, or finds the open store of this name. `Broker::create_clone` calls this.
    fn "Broker::__create_clone" =
        "function(id: string, resync_interval: interval, stale_interval: interval, mutation_buffer_interval: interval): opaque of Broker::Store";
    |vm, id: Rc<Text>, resync: Interval, stale: Interval, mutation: Interval| -> Value {
        let name = id.to_lossy().into_owned();
        let span = |interval: Interval| Duration::try_from_secs_f64(interval.0).ok();
        let intervals = Intervals {
            resync: span(resync).unwrap_or(Duration::MAX),
            // Below zero a copy never gets stale, and no changes are kept.
            stale: span(stale),
            mutation_buffer: span(mutation).unwrap_or_default(),
        };
        Ok(make_clone(vm, &name, intervals).to_value())
    }

    /// Tells whether a store was closed. `Broker::is_closed` calls this.
    fn "Broker::__is_closed" = "function(h: opaque of Broker::Store): bool";
    |vm, h: Value| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        Ok(!vm.state::<Stores>().is_open(&handle.name))
    }

    /// Closes a store; F where none of its name is open. `Broker::close` calls this.
    fn "Broker::__close" = "function(h: opaque of Broker::Store): bool";
    |vm, h: Value| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(unanswered) = vm.state::<Stores>().close(&handle.name) else { return Ok(false) };
        for ticket in unanswered {
            let failure = result(vm, None)?;
            vm.complete(ticket, failure);
        }
        Ok(true)
    }

    /// Gives the name of a store. `Broker::store_name` calls this.
    fn "Broker::__store_name" = "function(h: opaque of Broker::Store): string";
    |vm, h: Value| -> String {
        Ok(store(vm, &h).map(|handle| handle.name.to_string()).unwrap_or_default())
    }

    /// Asks whether a key is there. `Broker::exists` calls this.
    fn "Broker::__exists" = "function(h: opaque of Broker::Store, k: any): Broker::QueryResult";
    |vm, h: Value, k: Value| -> Value {
        let Some(handle) = store(vm, &h) else { return result(vm, None) };
        let Some(key) = argument(vm, &k, "key") else { return result(vm, None) };
        query(vm, |vm, ticket| handle.ask(vm, ticket, Query::Exists(key)))
    }

    /// Asks for the value of a key. `Broker::get` calls this.
    fn "Broker::__get" = "function(h: opaque of Broker::Store, k: any): Broker::QueryResult";
    |vm, h: Value, k: Value| -> Value {
        let Some(handle) = store(vm, &h) else { return result(vm, None) };
        let Some(key) = argument(vm, &k, "key") else { return result(vm, None) };
        query(vm, |vm, ticket| handle.ask(vm, ticket, Query::Get(key)))
    }

    /// Sets the value of a key that has none, and tells whether that was so. `Broker::put_unique` calls this.
    fn "Broker::__put_unique" =
        "function(h: opaque of Broker::Store, k: any, v: any, e: interval): Broker::QueryResult";
    |vm, h: Value, k: Value, v: Value, e: Interval| -> Value {
        let Some(handle) = store(vm, &h) else { return result(vm, None) };
        let Some(key) = argument(vm, &k, "key") else { return result(vm, None) };
        let Some(value) = argument(vm, &v, "value") else { return result(vm, None) };
        query(vm, |vm, ticket| handle.put_unique(vm, ticket, key, value, lifetime(e)))
    }

    /// Asks for what the value of a key holds at an index: the element of a table or vector, or whether a set has
    /// one. `Broker::get_index_from_value` calls this.
    fn "Broker::__get_index_from_value" =
        "function(h: opaque of Broker::Store, k: any, i: any): Broker::QueryResult";
    |vm, h: Value, k: Value, i: Value| -> Value {
        let Some(handle) = store(vm, &h) else { return result(vm, None) };
        let Some(key) = argument(vm, &k, "key") else { return result(vm, None) };
        let Some(index) = argument(vm, &i, "index") else { return result(vm, None) };
        query(vm, |vm, ticket| handle.ask(vm, ticket, Query::GetAt(key, index)))
    }

    /// Asks for all keys, as a set. `Broker::keys` calls this.
    fn "Broker::__keys" = "function(h: opaque of Broker::Store): Broker::QueryResult";
    |vm, h: Value| -> Value {
        let Some(handle) = store(vm, &h) else { return result(vm, None) };
        query(vm, |vm, ticket| handle.ask(vm, ticket, Query::Keys))
    }

    /// Sets the value of a key, for a while or for ever. `Broker::put` calls this.
    fn "Broker::__put" = "function(h: opaque of Broker::Store, k: any, v: any, e: interval): bool";
    |vm, h: Value, k: Value, v: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(value) = argument(vm, &v, "value") else { return Ok(false) };
        let (expiry, publisher) = (lifetime(e), handle.publisher());
        Ok(change(vm, &handle, CommandBody::Put { key, value, expiry, publisher }))
    }

    /// Removes a key. `Broker::erase` calls this.
    fn "Broker::__erase" = "function(h: opaque of Broker::Store, k: any): bool";
    |vm, h: Value, k: Value| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        Ok(change(vm, &handle, CommandBody::Erase { key, publisher: handle.publisher() }))
    }

    /// Adds to the number of a key. `Broker::increment` calls this.
    fn "Broker::__increment" = "function(h: opaque of Broker::Store, k: any, a: any, e: interval): bool";
    |vm, h: Value, k: Value, a: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(amount) = argument(vm, &a, "amount") else { return Ok(false) };
        let start = amount.data_type();
        Ok(add(vm, &handle, key, amount, start, e))
    }

    /// Takes from the number of a key. `Broker::decrement` calls this.
    fn "Broker::__decrement" = "function(h: opaque of Broker::Store, k: any, a: any, e: interval): bool";
    |vm, h: Value, k: Value, a: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(amount) = argument(vm, &a, "amount") else { return Ok(false) };
        Ok(subtract(vm, &handle, key, amount, e))
    }

    /// Appends to the string of a key. `Broker::append` calls this.
    fn "Broker::__append" = "function(h: opaque of Broker::Store, k: any, s: any, e: interval): bool";
    |vm, h: Value, k: Value, s: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(text) = argument(vm, &s, "str") else { return Ok(false) };
        Ok(add(vm, &handle, key, text, DataType::String, e))
    }

    /// Adds an element to the set of a key. `Broker::insert_into_set` calls this.
    fn "Broker::__insert_into_set" = "function(h: opaque of Broker::Store, k: any, i: any, e: interval): bool";
    |vm, h: Value, k: Value, i: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(index) = argument(vm, &i, "index") else { return Ok(false) };
        Ok(add(vm, &handle, key, index, DataType::Set, e))
    }

    /// Adds an entry to the table of a key. `Broker::insert_into_table` calls this.
    fn "Broker::__insert_into_table" =
        "function(h: opaque of Broker::Store, k: any, i: any, v: any, e: interval): bool";
    |vm, h: Value, k: Value, i: Value, v: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(index) = argument(vm, &i, "index") else { return Ok(false) };
        let Some(value) = argument(vm, &v, "value") else { return Ok(false) };
        let entry = Data::Vector(vec![index, value]);
        Ok(add(vm, &handle, key, entry, DataType::Table, e))
    }

    /// Removes an element of the set, or an entry of the table, of a key. `Broker::remove_from` calls this.
    fn "Broker::__remove_from" = "function(h: opaque of Broker::Store, k: any, i: any, e: interval): bool";
    |vm, h: Value, k: Value, i: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(index) = argument(vm, &i, "index") else { return Ok(false) };
        Ok(subtract(vm, &handle, key, index, e))
    }

    /// Adds an element to the end of the vector of a key. `Broker::push` calls this.
    fn "Broker::__push" = "function(h: opaque of Broker::Store, k: any, v: any, e: interval): bool";
    |vm, h: Value, k: Value, v: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let Some(value) = argument(vm, &v, "value") else { return Ok(false) };
        Ok(add(vm, &handle, key, value, DataType::Vector, e))
    }

    /// Removes the last element of the vector of a key. `Broker::pop` calls this.
    fn "Broker::__pop" = "function(h: opaque of Broker::Store, k: any, e: interval): bool";
    |vm, h: Value, k: Value, e: Interval| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        let Some(key) = argument(vm, &k, "key") else { return Ok(false) };
        let what = key.clone();
        Ok(subtract(vm, &handle, key, what, e))
    }

    /// Removes all keys of a store. `Broker::clear` calls this.
    fn "Broker::__clear" = "function(h: opaque of Broker::Store): bool";
    |vm, h: Value| -> bool {
        let Some(handle) = store(vm, &h) else { return Ok(false) };
        Ok(change(vm, &handle, CommandBody::Clear { publisher: handle.publisher() }))
    }
}
