//! Logging: streams of records, filters that choose among them, writers that put them somewhere.
//!
//! As in Bro, a stream is known by a value of the enum `Log::ID`, and a filter writes each record it likes to the
//! writer for its path, which is made with the first record. Filters call into scripts (`pred`, `path_func`,
//! `ext_func`, post-processors), which may change streams meanwhile; so nothing stays borrowed over such a call.
//!
//! A record for other nodes is handed over, in plain values, to whoever [`set_remote`] was told about; what other nodes
//! hand over in turn goes to a writer of its own, past all filters, which the other node has applied already.

mod ascii;
mod columns;
mod json;
mod none;
mod rotation;
mod settings;
mod sqlite;
mod stream;
mod tally;
mod text;
mod value;
mod write;
mod writer;

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::types::TypeRef;
use crate::value::FuncObject;
use crate::vm::{EnumValue, Raise, Vm};

pub use stream::{
    add_filter, create_stream, enable_stream, flush, flush_all, remove_filter, remove_stream, set_buffered,
    stream_columns,
};
pub use tally::Tally;
pub use value::{Field, Kind, LogValue};
pub use write::{create_remote_writer, write, write_remote};
pub use writer::{Info, Rotated, Writer};

use stream::Filter;

/// A log that other nodes take records of.
#[derive(Clone)]
pub struct RemoteStream {
    /// A value of the enum `Log::ID`.
    pub id: EnumValue,
    /// `SSH::LOG`
    pub name: Rc<str>,
    /// Where it goes.
    pub info: Rc<Info>,
    /// Its columns.
    pub fields: Rc<[Field]>,
}

/// Takes what is logged for other nodes.
pub trait RemoteLog {
    /// A log begins.
    fn created(&mut self, vm: &mut Vm, stream: &RemoteStream);

    /// A record for a log that was created before.
    fn written(&mut self, vm: &mut Vm, stream: &RemoteStream, values: &[LogValue]) -> Result<(), Raise>;
}

/// Writers are known by the number of their kind in `Log::Writer` and by their path.
type WriterKey = (i32, String);

/// All streams, by their number in `Log::ID`.
#[derive(Default)]
struct Logs {
    streams: BTreeMap<i32, Stream>,
    remote: Option<Box<dyn RemoteLog>>,
    /// Whether the end was asked to close what is open.
    at_end: bool,
    /// How often a rotation was planned; tells a timer that it is of no use any more.
    plans: u64,
}

struct Stream {
    id: EnumValue,
    /// `SSH::LOG`
    name: Rc<str>,
    enabled: bool,
    columns: TypeRef,
    event: Option<Rc<FuncObject>>,
    filters: Vec<Rc<Filter>>,
    writers: BTreeMap<WriterKey, Open>,
    /// Whether filters may hand records to other nodes.
    remote: bool,
}

/// A writer that was begun.
struct Open {
    /// Taken out while it works; `None` for good once it failed, or where this node only hands on.
    writer: Option<Box<dyn Writer>>,
    info: Rc<Info>,
    fields: Rc<[Field]>,
    to_remote: bool,
    from_remote: bool,
    filter: String,
    interval: f64,
    postprocessor: Option<Rc<FuncObject>>,
    opened: f64,
    /// The plan of the next rotation, if there is one.
    plan: Option<u64>,
}

/// Says who takes records for other nodes.
pub fn set_remote(vm: &mut Vm, remote: Box<dyn RemoteLog>) {
    vm.state::<Logs>().remote = Some(remote);
}

/// Calls the one who takes records for other nodes; what it logs itself meanwhile stays here.
fn with_remote<R>(vm: &mut Vm, work: impl FnOnce(&mut dyn RemoteLog, &mut Vm) -> R) -> Option<R> {
    let mut remote = vm.state::<Logs>().remote.take()?;
    let result = work(&mut *remote, vm);
    let place = &mut vm.state::<Logs>().remote;
    if place.is_none() {
        *place = Some(remote);
    }
    Some(result)
}

/// The logs of which other nodes get records, for one that has missed how they began.
pub fn remote_streams(vm: &mut Vm) -> Vec<RemoteStream> {
    let streams = vm.state::<Logs>().streams.values().filter(|stream| stream.remote);
    streams
        .flat_map(|stream| {
            let sent = stream.writers.values().filter(|open| open.to_remote);
            sent.map(|open| RemoteStream {
                id: stream.id.clone(),
                name: stream.name.clone(),
                info: open.info.clone(),
                fields: open.fields.clone(),
            })
        })
        .collect()
}

/// Works with an open writer, if it is still there; reports its error. False where it failed.
fn with_writer(
    vm: &mut Vm,
    stream: i32,
    key: &WriterKey,
    work: impl FnOnce(&mut dyn Writer, &mut Vm) -> Result<(), String>,
) -> bool {
    fn open<'a>(vm: &'a mut Vm, stream: i32, key: &WriterKey) -> Option<&'a mut Open> {
        vm.state::<Logs>().streams.get_mut(&stream)?.writers.get_mut(key)
    }
    let Some(found) = open(vm, stream, key) else { return false };
    let info = found.info.clone();
    let Some(mut writer) = found.writer.take() else { return false };
    let result = work(&mut *writer, vm);
    match result {
        Ok(()) => {
            if let Some(open) = open(vm, stream, key) {
                open.writer = Some(writer);
            }
            true
        }
        Err(message) => {
            vm.error_without_place(format!("{}: {message}", info.name()));
            false
        }
    }
}

/// The end of all logs: what is rotated by time is rotated now, and everything is closed.
fn finish(vm: &mut Vm) -> Result<(), Raise> {
    for (stream, key) in all_writers(vm) {
        let open = vm.state::<Logs>().streams.get_mut(&stream).and_then(|stream| stream.writers.get_mut(&key));
        if open.is_some_and(|open| open.plan.take().is_some()) {
            rotation::rotate(vm, stream, &key, true)?;
        }
    }
    for (stream, key) in all_writers(vm) {
        with_writer(vm, stream, &key, |writer, vm| writer.finish(vm));
        if let Some(stream) = vm.state::<Logs>().streams.get_mut(&stream) {
            stream.writers.remove(&key);
        }
    }
    Ok(())
}

fn all_writers(vm: &mut Vm) -> Vec<(i32, WriterKey)> {
    let streams = &vm.state::<Logs>().streams;
    streams.iter().flat_map(|(number, stream)| stream.writers.keys().map(move |key| (*number, key.clone()))).collect()
}
