//! Streams and their filters.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::columns::{Choice, Column, check};
use super::{Logs, Stream, finish, with_writer};
use crate::source::Symbol;
use crate::syntax::ast::Flavor;
use crate::types::assign::same_type;
use crate::types::{TypeKind, TypeRef, TypeTag};
use crate::value::{FuncObject, RecordObject, TableObject, Value};
use crate::vm::{EnumValue, Raise, Vm};

/// A filter, as it was added. Only its path changes later: where the filter has none, the first call of `path_func`
/// gives it one.
pub(super) struct Filter {
    pub(super) name: String,
    pub(super) writer: EnumValue,
    pub(super) pred: Option<Rc<FuncObject>>,
    pub(super) path_func: Option<Rc<FuncObject>>,
    pub(super) path: RefCell<Option<String>>,
    pub(super) local: bool,
    pub(super) remote: bool,
    pub(super) interval: f64,
    pub(super) postprocessor: Option<Rc<FuncObject>>,
    pub(super) config: BTreeMap<String, String>,
    pub(super) ext_func: Option<Rc<FuncObject>>,
    pub(super) columns: Vec<Column>,
}

fn field(record: &RecordObject, name: &str) -> Value {
    let offset = record.record_type().and_then(|ty| ty.offset(Symbol::new(name)));
    offset.map(|offset| record.get(offset)).unwrap_or_default()
}

fn func(value: Value) -> Option<Rc<FuncObject>> {
    if let Value::Func(func) = value { Some(func) } else { None }
}

fn table(value: Value) -> Option<Rc<TableObject>> {
    if let Value::Table(table) = value { Some(table) } else { None }
}

fn string(value: &Value) -> Option<String> {
    value.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned())
}

/// The entries of a `table[string] of string`.
fn entries(value: Value) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    if let Some(table) = table(value) {
        table.for_each(|key, value| {
            if let (Some(key), Some(value)) = (key.first().and_then(string), string(value)) {
                all.insert(key, value);
            }
        });
    }
    all
}

/// Reports a refusal as Bro does.
fn refuse(vm: &mut Vm, message: impl Into<String>) -> bool {
    vm.error_without_place(message);
    false
}

/// `Log::__create_stream`: makes a stream, in place of one of the same name.
pub fn create_stream(vm: &mut Vm, id: &EnumValue, stream: &RecordObject) -> bool {
    let Value::Type(columns) = field(stream, "columns") else {
        return refuse(vm, "columns of a stream must be a record type");
    };
    if let Err(message) = check(&columns) {
        return refuse(vm, message);
    }
    let event = func(field(stream, "ev"));
    if let Some(event) = &event
        && let Err(message) = check_event(event, &columns)
    {
        return refuse(vm, message);
    }
    let remote = !matches!(vm.global_by_name("Log::enable_remote_logging"), Some(Value::Bool(false)));
    let name = id.1.name_of(id.0).map(|name| name.as_str().into()).unwrap_or_default();
    let stream = Stream {
        id: id.clone(),
        name,
        enabled: true,
        columns,
        event,
        filters: Vec::new(),
        writers: BTreeMap::new(),
        remote,
    };
    let logs = vm.state::<Logs>();
    logs.streams.insert(id.0, stream);
    if !std::mem::replace(&mut logs.at_end, true) {
        vm.at_end(Box::new(finish));
    }
    true
}

fn check_event(event: &FuncObject, columns: &TypeRef) -> Result<(), &'static str> {
    let Some(ty) = event.ty.as_func().filter(|ty| ty.flavor == Flavor::Event) else {
        return Err("stream event is a function, not an event");
    };
    match ty.parameters.as_slice() {
        [only] if same_type(&only.ty, columns, false) => Ok(()),
        [_] => Err("stream event's argument type does not match column record type"),
        _ => Err("stream event must take a single argument"),
    }
}

/// `Log::__remove_stream`: closes its logs and forgets it.
pub fn remove_stream(vm: &mut Vm, id: &EnumValue) -> bool {
    let Some(stream) = vm.state::<Logs>().streams.get(&id.0) else { return false };
    for key in stream.writers.keys().cloned().collect::<Vec<_>>() {
        with_writer(vm, id.0, &key, |writer, vm| writer.finish(vm));
    }
    vm.state::<Logs>().streams.remove(&id.0).is_some()
}

/// `Log::__enable_stream` and `Log::__disable_stream`; false where there is no such stream.
pub fn enable_stream(vm: &mut Vm, id: &EnumValue, enabled: bool) -> bool {
    let stream = vm.state::<Logs>().streams.get_mut(&id.0);
    stream.map(|stream| stream.enabled = enabled).is_some()
}

/// The record type of a stream.
pub fn stream_columns(vm: &mut Vm, id: &EnumValue) -> Option<TypeRef> {
    vm.state::<Logs>().streams.get(&id.0).map(|stream| stream.columns.clone())
}

/// `Log::__add_filter`: adds a filter, in place of one of the same name.
pub fn add_filter(vm: &mut Vm, id: &EnumValue, record: &RecordObject) -> Result<bool, Raise> {
    let Some(columns) = stream_columns(vm, id) else { return Ok(false) };
    let filter = match filter(&columns, record) {
        Ok(filter) => filter,
        Err(message) => return Ok(refuse(vm, message)),
    };
    let Some(stream) = vm.state::<Logs>().streams.get_mut(&id.0) else { return Ok(false) };
    stream.filters.retain(|other| other.name != filter.name);
    stream.filters.push(Rc::new(filter));
    Ok(true)
}

fn filter(columns: &TypeRef, record: &RecordObject) -> Result<Filter, String> {
    let get = |name: &str| field(record, name);
    let Value::Enum(number, of) = get("writer") else { return Err("filter argument not of right type".to_owned()) };
    let ext_func = func(get("ext_func"));
    let (include, exclude) = (table(get("include")), table(get("exclude")));
    let separator = string(&get("scope_sep")).unwrap_or_else(|| ".".to_owned());
    let choice = Choice { include: include.as_deref(), exclude: exclude.as_deref(), separator: &separator };
    let mut chosen = Vec::new();
    if let Some(result) = ext_func.as_ref().and_then(|func| func.ty.as_func()).map(|ty| ty.result.clone()) {
        match &result.kind {
            TypeKind::Record(record) => {
                let prefix = string(&get("ext_prefix")).unwrap_or_default();
                choice.columns(record, &prefix, true, &mut chosen)?;
            }
            // The function that the framework puts there when nobody wants one gives nothing, or says that it may.
            TypeKind::Void | TypeKind::Any => {}
            _ => return Err(format!("Return value of log_ext is not a record (got {result})")),
        }
    }
    if let Some(record) = columns.as_record().filter(|_| columns.is(TypeTag::Record)) {
        choice.columns(record, "", false, &mut chosen)?;
    }
    let names = entries(get("field_name_map"));
    for column in &mut chosen {
        if let Some(name) = names.get(&column.field.name) {
            column.field.name.clone_from(name);
        }
    }
    let flag = |name: &str| matches!(get(name), Value::Bool(true));
    Ok(Filter {
        name: string(&get("name")).unwrap_or_default(),
        writer: EnumValue(number, of),
        pred: func(get("pred")),
        path_func: func(get("path_func")),
        path: RefCell::new(string(&get("path"))),
        local: flag("log_local"),
        remote: flag("log_remote"),
        interval: if let Value::Interval(seconds) = get("interv") { seconds } else { 0.0 },
        postprocessor: func(get("postprocessor")),
        config: entries(get("config")),
        ext_func,
        columns: chosen,
    })
}

/// `Log::__remove_filter`; true where there is such a stream, whether or not it has the filter.
pub fn remove_filter(vm: &mut Vm, id: &EnumValue, name: &str) -> bool {
    let Some(stream) = vm.state::<Logs>().streams.get_mut(&id.0) else { return false };
    stream.filters.retain(|filter| filter.name != name);
    true
}

/// `Log::__set_buf`: whether the stream's writers may hold records back.
pub fn set_buffered(vm: &mut Vm, id: &EnumValue, buffered: bool) -> bool {
    each_writer(vm, id, |writer, vm| writer.set_buffered(vm, buffered))
}

/// `Log::__flush`: brings out what the stream's writers hold back.
pub fn flush(vm: &mut Vm, id: &EnumValue) -> bool {
    match vm.state::<Logs>().streams.get(&id.0) {
        None => false,
        Some(stream) if !stream.enabled => true,
        Some(_) => each_writer(vm, id, |writer, vm| writer.flush(vm)),
    }
}

/// `Log::flush_all`: brings out what the writers of all streams hold back.
pub fn flush_all(vm: &mut Vm) {
    for (stream, key) in super::all_writers(vm) {
        with_writer(vm, stream, &key, |writer, vm| {
            writer.flush(vm);
            Ok(())
        });
    }
}

fn each_writer(vm: &mut Vm, id: &EnumValue, mut work: impl FnMut(&mut dyn super::Writer, &mut Vm)) -> bool {
    let Some(stream) = vm.state::<Logs>().streams.get(&id.0) else { return false };
    for key in stream.writers.keys().cloned().collect::<Vec<_>>() {
        with_writer(vm, id.0, &key, |writer, vm| {
            work(writer, vm);
            Ok(())
        });
    }
    true
}
