//! Writing a record: through each filter to its writer.

use std::rc::Rc;

use super::columns::Column;
use super::stream::Filter;
use super::tally::Tally;
use super::value::{Field, Kind, LogValue};
use super::writer::{Info, find};
use super::{Logs, Open, RemoteStream, WriterKey, rotation, with_remote, with_writer};
use crate::syntax::ast::Flavor;
use crate::types::assign::{promotable_record, same_type};
use crate::types::{TypeRef, TypeTag};
use crate::value::{FuncObject, RecordObject, Value};
use crate::vm::{EnumValue, Raise, Vm};

/// What a filter did with a record.
enum Outcome {
    Done,
    /// Bro gives up the whole call then.
    Failed,
}

/// `Log::__write`: gives a record to the filters of a stream.
pub fn write(vm: &mut Vm, id: &EnumValue, record: &Value) -> Result<bool, Raise> {
    let Some(stream) = vm.state::<Logs>().streams.get(&id.0) else { return Ok(false) };
    if !stream.enabled {
        return Ok(true);
    }
    let (columns, event, filters) = (stream.columns.clone(), stream.event.clone(), stream.filters.clone());
    let Some(record) = as_columns(vm, record, &columns)? else {
        vm.error_without_place("incompatible log record type");
        return Ok(false);
    };
    if let Some(event) = event.filter(|event| event.has_bodies()) {
        vm.queue_event(&event, [Value::Record(record.clone())]);
    }
    for filter in filters {
        if let Outcome::Failed = write_filtered(vm, id, &filter, &record)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn as_columns(vm: &mut Vm, value: &Value, columns: &TypeRef) -> Result<Option<Rc<RecordObject>>, Raise> {
    let Value::Record(record) = value else { return Ok(None) };
    if Rc::ptr_eq(&record.ty, columns) || same_type(&record.ty, columns, false) {
        return Ok(Some(record.clone()));
    }
    match (columns.as_record(), record.ty.as_record()) {
        (Some(target), Some(from)) if promotable_record(target, from) => {
            Ok(if let Value::Record(record) = vm.coerce_value(value, columns)? { Some(record) } else { None })
        }
        _ => Ok(None),
    }
}

fn write_filtered(vm: &mut Vm, id: &EnumValue, filter: &Filter, record: &Rc<RecordObject>) -> Result<Outcome, Raise> {
    if let Some(pred) = &filter.pred
        && let Value::Bool(false) = vm.call(pred, &[Value::Record(record.clone())])?
    {
        return Ok(Outcome::Done);
    }
    let Some(path) = path(vm, id, filter, record)? else { return Ok(Outcome::Failed) };
    let Some(key) = writer_for(vm, id, filter, path) else { return Ok(Outcome::Failed) };
    let values = values(vm, filter, record)?;
    put(vm, id.0, &key, &values)?;
    Ok(Outcome::Done)
}

/// The path for a record; `None` where `path_func` gives none.
fn path(vm: &mut Vm, id: &EnumValue, filter: &Filter, record: &Rc<RecordObject>) -> Result<Option<String>, Raise> {
    let known = filter.path.borrow().clone();
    let Some(path_func) = &filter.path_func else { return Ok(Some(known.unwrap_or_default())) };
    let mut argument = Value::Record(record.clone());
    let wanted = path_func.ty.as_func().and_then(|ty| ty.parameters.get(2)).map(|parameter| parameter.ty.clone());
    if let Some(wanted) = wanted.filter(|wanted| wanted.is(TypeTag::Record)) {
        argument = vm.coerce_value(&argument, &wanted)?;
    }
    let id = Value::Enum(id.0, id.1.clone());
    let result = vm.call(path_func, &[id, Value::string(known.clone().unwrap_or_default()), argument])?;
    let Some(bytes) = result.as_bytes() else {
        if result.is_set() {
            vm.error_without_place("path_func did not return string");
        }
        return Ok(None);
    };
    let path = String::from_utf8_lossy(bytes).into_owned();
    if known.is_none() {
        filter.path.replace(Some(path.clone()));
    }
    Ok(Some(path))
}

/// The key of the writer for a path, which is begun where it is not there yet.
fn writer_for(vm: &mut Vm, id: &EnumValue, filter: &Filter, path: String) -> Option<WriterKey> {
    let kind = filter.writer.0;
    let mut key = (kind, path);
    if let Some(owner) = conflict(vm, id.0, &key, filter) {
        // Two filters do not write to one file: the later one takes another.
        let old = key.1.clone();
        let mut number = 2u32;
        loop {
            key.1 = format!("{old}-{number}");
            if conflict(vm, id.0, &key, filter).is_none() {
                break;
            }
            number = number.checked_add(1)?;
        }
        filter.path.replace(Some(key.1.clone()));
        vm.warning_without_place(format!(
            "Write using filter '{}' on path '{old}' changed to use new path '{}' to avoid conflict with filter '{owner}'",
            filter.name, key.1
        ));
    }
    let stream = vm.state::<Logs>().streams.get(&id.0)?;
    if stream.writers.contains_key(&key) {
        return Some(key);
    }
    let fields: Vec<Field> = filter.columns.iter().map(|column| column.field.clone()).collect();
    let of = &filter.writer.1;
    let info = Info {
        path: key.1.clone(),
        writer: of.name_of(kind).map(|name| name.as_str().to_owned()).unwrap_or_default(),
        config: filter.config.clone(),
        network_time: vm.network_time(),
        ..Info::default()
    };
    let to_remote = filter.remote && vm.state::<Logs>().streams.get(&id.0).is_some_and(|stream| stream.remote);
    let origin = Origin { filter: &filter.name, local: filter.local, to_remote, from_remote: false };
    begin(vm, id.0, &key, info, fields, &origin).then_some(key)
}

/// The filter that has this writer, where that is another one than this.
fn conflict(vm: &mut Vm, stream: i32, key: &WriterKey, filter: &Filter) -> Option<String> {
    let open = vm.state::<Logs>().streams.get(&stream)?.writers.get(key)?;
    let clashes = if open.from_remote {
        let same = |(field, column): (&Field, &Column)| {
            (field.kind, field.element) == (column.field.kind, column.field.element)
        };
        open.fields.len() != filter.columns.len() || !open.fields.iter().zip(&filter.columns).all(same)
    } else {
        open.filter != filter.name
    };
    clashes.then(|| open.filter.clone())
}

/// Where a writer comes from.
struct Origin<'a> {
    filter: &'a str,
    local: bool,
    to_remote: bool,
    from_remote: bool,
}

fn begin(vm: &mut Vm, stream: i32, key: &WriterKey, mut info: Info, fields: Vec<Field>, origin: &Origin<'_>) -> bool {
    let Some(begin) = find(&info.writer) else {
        vm.error_without_place("unknown writer type requested");
        return false;
    };
    let default = match vm.global_by_name("Log::default_rotation_interval") {
        Some(Value::Interval(seconds)) => seconds,
        _ => 0.0,
    };
    let Some(found) = vm.state::<Logs>().streams.get(&stream) else { return false };
    // Any filter of the stream that writes there says how it is rotated.
    let by = found
        .filters
        .iter()
        .find(|filter| filter.writer.0 == key.0 && filter.path.borrow().as_deref().unwrap_or_default() == info.path);
    let (interval, postprocessor) = match by {
        Some(filter) => (filter.interval, filter.postprocessor.clone()),
        None => (default, postprocessor(vm, &info.postprocessor)),
    };
    if let Some(func) = &postprocessor {
        func.name.as_str().clone_into(&mut info.postprocessor);
    }
    info.rotation_interval = interval;
    info.rotation_base = vm.rotation_base();
    let writer = if origin.local {
        match begin(vm, &info, &fields) {
            Ok(writer) => Some(writer),
            Err(message) => {
                vm.error_without_place(format!("{}: {message}", info.name()));
                None
            }
        }
    } else {
        None
    };
    let (info, fields): (Rc<Info>, Rc<[Field]>) = (Rc::new(info), fields.into());
    let open = Open {
        writer,
        info: info.clone(),
        fields: fields.clone(),
        to_remote: origin.to_remote,
        from_remote: origin.from_remote,
        filter: origin.filter.to_owned(),
        interval,
        postprocessor,
        opened: vm.network_time(),
        plan: None,
    };
    let Some(found) = vm.state::<Logs>().streams.get_mut(&stream) else { return false };
    let sent = RemoteStream { id: found.id.clone(), name: found.name.clone(), info, fields };
    found.writers.insert(key.clone(), open);
    if origin.to_remote {
        with_remote(vm, |remote, vm| remote.created(vm, &sent));
    }
    rotation::plan(vm, stream, key);
    true
}

/// The post-processor that another node names: as any of a filter, it takes what became of the file.
fn postprocessor(vm: &Vm, name: &str) -> Option<Rc<FuncObject>> {
    if name.is_empty() {
        return None;
    }
    let Some(Value::Func(func)) = vm.global_by_name(name) else { return None };
    let ty = func.ty.as_func().filter(|ty| ty.flavor == Flavor::Function)?;
    let takes_info = |ty: &TypeRef| ty.name().is_some_and(|name| name.as_str() == "Log::RotationInfo");
    match ty.parameters.as_slice() {
        [only] if takes_info(&only.ty) => Some(func),
        _ => None,
    }
}

/// The values of a filter's columns.
fn values(vm: &mut Vm, filter: &Filter, record: &Rc<RecordObject>) -> Result<Vec<LogValue>, Raise> {
    let added = if filter.columns.iter().any(|column| column.added)
        && let Some(ext_func) = &filter.ext_func
    {
        let path = filter.path.borrow().clone().unwrap_or_default();
        if let Value::Record(added) = vm.call(ext_func, &[Value::string(path)])? { Some(added) } else { None }
    } else {
        None
    };
    let value = |column: &Column| match (column.added, &added) {
        (false, _) => column.value(record),
        (true, Some(added)) => column.value(added),
        (true, None) => LogValue::Unset,
    };
    let values = || filter.columns.iter().map(value).collect();
    // Of a function the log has all that `print` shows.
    let is_func = |column: &Column| [Some(column.field.kind), column.field.element].contains(&Some(Kind::Func));
    Ok(if filter.columns.iter().any(is_func) { vm.text_with_bodies(values) } else { values() })
}

fn put(vm: &mut Vm, stream: i32, key: &WriterKey, values: &[LogValue]) -> Result<(), Raise> {
    let Some(found) = vm.state::<Logs>().streams.get(&stream) else { return Ok(()) };
    let Some(open) = found.writers.get(key) else { return Ok(()) };
    if open.to_remote {
        let sent = RemoteStream {
            id: found.id.clone(),
            name: found.name.clone(),
            info: open.info.clone(),
            fields: open.fields.clone(),
        };
        with_remote(vm, |remote, vm| remote.written(vm, &sent, values)).transpose()?;
    }
    if with_writer(vm, stream, key, |writer, vm| writer.write(vm, values)) {
        Tally::add(vm, stream, key);
    }
    Ok(())
}

/// A log that another node announces: begins a writer for it, unless there is one for its path. False where there is
/// no such stream or writer here.
pub fn create_remote_writer(vm: &mut Vm, id: &EnumValue, writer: &EnumValue, info: Info, fields: Vec<Field>) -> bool {
    let Some(stream) = vm.state::<Logs>().streams.get(&id.0) else { return false };
    let key = (writer.0, info.path.clone());
    if stream.writers.contains_key(&key) {
        return true;
    }
    let origin = Origin { filter: "", local: true, to_remote: false, from_remote: true };
    begin(vm, id.0, &key, info, fields, &origin)
}

/// A record from another node, which is read once its columns are known. False where nothing was written, as where nobody
/// announced its log.
pub fn write_remote<E>(
    vm: &mut Vm,
    id: &EnumValue,
    writer: &EnumValue,
    path: String,
    read: impl FnOnce(&[Field]) -> Result<Vec<LogValue>, E>,
) -> Result<bool, E> {
    let key = (writer.0, path);
    let Some(stream) = vm.state::<Logs>().streams.get(&id.0).filter(|stream| stream.enabled) else { return Ok(false) };
    let Some(open) = stream.writers.get(&key) else { return Ok(false) };
    let values = read(&open.fields.clone())?;
    let is_written = with_writer(vm, id.0, &key, |writer, vm| writer.write(vm, &values));
    if is_written {
        Tally::add(vm, id.0, &key);
    }
    Ok(is_written)
}
