//! Logs over the network: records for loggers go out in batches, those of others go to the writers here.
//!
//! `Broker::log_topic` says for each record who gets it. A stream's records wait until there are enough of them
//! (`Broker::log_batch_size`) or one has waited long enough (`Broker::log_batch_interval`), so what waits is bounded.
//! Whoever becomes a peer is told of all logs that have begun. Where no logger of the cluster is there, records are held
//! for the next one, up to `Cluster::held_log_records`; Bro and Zeek lose them. Outside of a cluster it is as in Bro.
//!
//! Records that come in are believed no more than anything else: they must read, and be of the columns announced.

mod held;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::rc::Rc;

use held::Held;

use super::{Peering, from_data, websocket, witness};
use crate::logging::{self, Field, Info, Kind, LogValue, RemoteLog, RemoteStream};
use crate::network::StreamId;
use crate::value::Value;
use crate::vm::{EnumValue, Raise, Vm};
use crate::wire::{
    Data, EndpointId, Kind as Payload, LogBatch, LogCreate, LogField, LogPlace, Message, RecordError, decode_record,
    encode,
};

/// What waits to be sent.
#[derive(Default)]
struct Waiting {
    streams: BTreeMap<i32, Buffer>,
    limits: Option<Limits>,
    held: Held,
}

/// How much may wait, and how long.
#[derive(Clone, Copy)]
struct Limits {
    size: usize,
    interval: f64,
    /// How many records may be held for a logger that is not there.
    held: usize,
    /// Whether a record goes to one logger and no other.
    takes_turns: bool,
}

/// The records of one stream.
#[derive(Default)]
struct Buffer {
    name: Rc<str>,
    /// By topic, in the order in which these were first written to.
    batches: Vec<(Vec<u8>, LogBatch)>,
    count: usize,
    flushed: f64,
}

impl Buffer {
    /// The records of a topic.
    fn batch(&mut self, topic: Vec<u8>) -> &mut LogBatch {
        let known = self.batches.iter().position(|(known, _)| *known == topic);
        let place = known.unwrap_or(self.batches.len());
        if known.is_none() {
            self.batches.push((topic, LogBatch::default()));
        }
        &mut self.batches[place].1
    }
}

struct Sender;

/// Has records sent to other nodes.
pub fn log_to_peers(vm: &mut Vm) {
    logging::set_remote(vm, Box::new(Sender));
}

impl RemoteLog for Sender {
    fn created(&mut self, vm: &mut Vm, stream: &RemoteStream) {
        if is_heard(vm) {
            let (topic, payload) = announcement(vm, stream);
            Peering::publish(vm, &topic, &payload);
        }
    }

    fn written(&mut self, vm: &mut Vm, stream: &RemoteStream, values: &[LogValue]) -> Result<(), Raise> {
        let limits = limits(vm);
        if limits.held == 0 && !is_heard(vm) {
            return Ok(());
        }
        let Some(topic) = topic(vm, stream)? else {
            vm.error_without_place(format!(
                "Failed to remotely log: log_topic func did not return a value for stream {} at path {}",
                stream.name, stream.info.path
            ));
            return Ok(());
        };
        let now = vm.network_time();
        let place = LogPlace {
            stream: stream.name.as_bytes(),
            writer: stream.info.writer.as_bytes(),
            path: stream.info.path.as_bytes(),
        };
        let types = stream.fields.iter().map(Field::ty);
        witness::handed_over(vm, &place, types, values, limits.takes_turns);
        let buffer = vm.state::<Waiting>().streams.entry(stream.id.0).or_default();
        buffer.name = stream.name.clone();
        buffer.batch(topic).push(place, stream.fields.iter().map(Field::ty), values);
        buffer.count += 1;
        let due = buffer.flushed + limits.interval;
        if buffer.count >= limits.size || now >= due {
            send(vm, stream.id.0);
        } else {
            vm.wake_at(due);
        }
        Ok(())
    }
}

/// Whether there are peers, or WebSocket clients that are like peers.
fn is_heard(vm: &mut Vm) -> bool {
    Peering::has_peers(vm) || websocket::has_peers(vm)
}

/// Where a record goes.
fn topic(vm: &mut Vm, stream: &RemoteStream) -> Result<Option<Vec<u8>>, Raise> {
    let Some(Value::Func(log_topic)) = vm.global_by_name("Broker::log_topic") else { return Ok(None) };
    let EnumValue(number, of) = stream.id.clone();
    let topic = vm.call(&log_topic, &[Value::Enum(number, of), Value::string(&stream.info.path)])?;
    Ok(topic.as_bytes().map(<[u8]>::to_vec))
}

fn limits(vm: &mut Vm) -> Limits {
    if let Some(limits) = vm.state::<Waiting>().limits {
        return limits;
    }
    let size = match vm.global_by_name("Broker::log_batch_size") {
        Some(Value::Count(size)) => size as usize,
        _ => 400,
    };
    let interval = match vm.global_by_name("Broker::log_batch_interval") {
        Some(Value::Interval(seconds)) => seconds,
        _ => 1.0,
    };
    let held = most_held(vm);
    let takes_turns = held > 0 && log_topic_function(vm).as_deref() == Some(ROUND_ROBIN);
    *vm.state::<Waiting>().limits.insert(Limits { size, interval, held, takes_turns })
}

/// What `Broker::log_topic` calls where loggers take turns.
const ROUND_ROBIN: &str = "Cluster::rr_log_topic";

fn log_topic_function(vm: &Vm) -> Option<String> {
    match vm.global_by_name("Broker::log_topic") {
        Some(Value::Func(function)) => Some(function.name.as_str().to_owned()),
        _ => None,
    }
}

/// How many records are held for loggers: none outside of a cluster, nor where scripts send records somewhere else.
fn most_held(vm: &Vm) -> usize {
    let is_node =
        matches!(vm.global_by_name("Cluster::node"), Some(Value::String(name)) if !name.as_bytes().is_empty());
    let goes_to_loggers =
        log_topic_function(vm).is_some_and(|name| name == ROUND_ROBIN || name == "Broker::default_log_topic");
    match vm.global_by_name("Cluster::held_log_records") {
        Some(Value::Count(most)) if is_node && goes_to_loggers => most as usize,
        _ => 0,
    }
}

/// Sends what waits of a stream; how many records these were.
fn send(vm: &mut Vm, stream: i32) -> u64 {
    release(vm);
    let (now, Limits { held: most_held, takes_turns, .. }) = (vm.network_time(), limits(vm));
    let Some(buffer) = vm.state::<Waiting>().streams.get_mut(&stream) else { return 0 };
    let (count, batches) = (std::mem::take(&mut buffer.count), std::mem::take(&mut buffer.batches));
    buffer.flushed = now;
    let name = buffer.name.clone();
    for (topic, mut batch) in batches {
        // All loggers hear what is written before this node knows that any lives. One of them is to write it.
        let logger = if takes_turns && topic == log_topic(vm, &name) { logger(vm, &topic) } else { None };
        let is_wanted = |vm: &mut Vm| Peering::with(vm, |endpoint, _| endpoint.is_wanted(&topic));
        if logger.is_none() && (most_held == 0 || is_wanted(vm)) {
            let records = batch.len() as u64;
            Peering::publish(vm, &topic, &batch.take());
            Peering::statistics(vm).logs_out += records;
            continue;
        }
        if websocket::has_clients(vm) {
            websocket::deliver(vm, &topic, &batch.clone().take());
        }
        match logger {
            Some(logger) => send_to(vm, logger, &topic, batch),
            None => hold(vm, stream, log_topic(vm, &name), batch, most_held),
        }
    }
    // The logger that was to have them may be gone while another one is there.
    release(vm);
    count as u64
}

/// Keeps records until there is a logger.
fn hold(vm: &mut Vm, stream: i32, topic: Vec<u8>, batch: LogBatch, most: usize) {
    let held = &mut vm.state::<Waiting>().held;
    let gone = held.keep(stream, topic, batch, most);
    if gone > 0 && !std::mem::replace(&mut held.is_told, true) {
        vm.warning_without_place(format!(
            "no logger is there, and more than {most} log records wait for one: the oldest are lost \
             (Cluster::held_log_records)"
        ));
    }
}

/// Sends records that were held to a logger, where there is one now.
fn release(vm: &mut Vm) {
    if vm.state::<Waiting>().held.is_empty() {
        return;
    }
    for (stream, topic) in vm.state::<Waiting>().held.topics() {
        // Of several loggers one gets them.
        let anybody = |vm: &mut Vm| Peering::with(vm, |endpoint, _| endpoint.first_that_hears(&[&topic]));
        let Some(logger) = logger(vm, &topic).or_else(|| anybody(vm)) else { continue };
        for batch in vm.state::<Waiting>().held.take(stream) {
            send_to(vm, logger, &topic, batch);
        }
    }
}

/// A logger of the cluster that is there, and not somebody else who hears logs.
fn logger(vm: &mut Vm, topic: &[u8]) -> Option<EndpointId> {
    let Some(Value::String(loggers)) = vm.global_by_name("Cluster::logger_topic") else { return None };
    Peering::with(vm, |endpoint, _| endpoint.first_that_hears(&[topic, loggers.as_bytes()]))
}

/// Sends records to one peer.
fn send_to(vm: &mut Vm, peer: EndpointId, topic: &[u8], mut batch: LogBatch) {
    Peering::statistics(vm).logs_out += batch.len() as u64;
    let payload = batch.take();
    Peering::with(vm, |endpoint, now| endpoint.send(peer, Payload::Data, topic, &payload, now));
}

/// Sends all records that wait; how many these were.
pub fn flush_logs(vm: &mut Vm) -> u64 {
    let waiting = &vm.state::<Waiting>().streams;
    let streams: Vec<i32> = waiting.iter().filter(|(_, buffer)| buffer.count > 0).map(|(stream, _)| *stream).collect();
    streams.into_iter().map(|stream| send(vm, stream)).sum()
}

/// How many records wait here: for their batch to be sent, or for a logger.
pub fn waiting_records(vm: &mut Vm) -> usize {
    let waiting = vm.state::<Waiting>();
    waiting.streams.values().map(|buffer| buffer.count).sum::<usize>() + waiting.held.len()
}

/// Sends what has waited long enough, and says when to look again.
pub(super) fn advance(vm: &mut Vm) {
    release(vm);
    let waiting = vm.state::<Waiting>().streams.iter().filter(|(_, buffer)| buffer.count > 0);
    let waiting: Vec<(i32, f64)> = waiting.map(|(stream, buffer)| (*stream, buffer.flushed)).collect();
    for (stream, flushed) in waiting {
        let due = flushed + limits(vm).interval;
        if vm.network_time() >= due {
            send(vm, stream);
        } else {
            vm.wake_at(due);
        }
    }
}

/// Tells a new peer of the logs that have begun.
pub(super) fn announce_all(vm: &mut Vm, peer: EndpointId) {
    for stream in logging::remote_streams(vm) {
        let (topic, payload) = announcement(vm, &stream);
        Peering::with(vm, |endpoint, now| endpoint.send(peer, Payload::Data, &topic, &payload, now));
    }
}

/// Tells a new WebSocket client that is like a peer of the logs that have begun.
pub(super) fn announce_all_to_client(vm: &mut Vm, client: StreamId) {
    for stream in logging::remote_streams(vm) {
        let (topic, payload) = announcement(vm, &stream);
        websocket::deliver_to(vm, client, &topic, &payload);
    }
}

/// The topic of a log that all loggers hear.
fn log_topic(vm: &Vm, stream: &str) -> Vec<u8> {
    let mut topic = match vm.global_by_name("Broker::default_log_topic_prefix") {
        Some(Value::String(prefix)) => prefix.as_bytes().to_vec(),
        _ => Vec::new(),
    };
    topic.extend_from_slice(stream.as_bytes());
    topic
}

/// What tells of a log: topic and payload.
fn announcement(vm: &Vm, stream: &RemoteStream) -> (Vec<u8>, Vec<u8>) {
    let topic = log_topic(vm, &stream.name);
    let info = &stream.info;
    let bytes = |text: &str| text.as_bytes().to_vec();
    let create = LogCreate {
        stream: bytes(&stream.name),
        writer: bytes(&info.writer),
        path: bytes(&info.path),
        rotation_base: info.rotation_base.unwrap_or(-1.0),
        rotation_interval: info.rotation_interval,
        network_time: info.network_time,
        config: info.config.iter().map(|(key, value)| (bytes(key), bytes(value))).collect(),
        post_processor: bytes(&info.postprocessor),
        fields: stream
            .fields
            .iter()
            .map(|field| LogField {
                name: bytes(&field.name),
                secondary_name: None,
                ty: field.kind.number().into(),
                element_ty: field.element.map_or(0, Kind::number).into(),
                optional: field.optional,
            })
            .collect(),
    };
    let mut payload = Vec::new();
    encode(&Message::LogCreate(create).into_data(), &mut payload);
    (topic, payload)
}

/// A log of another node begins.
pub(super) fn create(vm: &mut Vm, create: LogCreate) {
    let Some(stream) = enum_value(vm, "Log::ID", &create.stream) else {
        return vm.warning_without_place("failed to unpack remote log stream id");
    };
    let Some(writer) = enum_value(vm, "Log::Writer", &create.writer) else {
        return vm.warning_without_place("failed to unpack remote log writer id");
    };
    let mut fields = Vec::with_capacity(create.fields.len());
    for (number, column) in create.fields.iter().enumerate() {
        let Some(field) = field(column) else {
            return vm.warning_without_place(format!("failed to convert remote log field # {number}"));
        };
        fields.push(field);
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let info = Info {
        path: text(&create.path),
        writer: text(&create.writer),
        config: create.config.iter().map(|(key, value)| (text(key), text(value))).collect(),
        network_time: create.network_time,
        postprocessor: text(&create.post_processor),
        ..Info::default()
    };
    if !logging::create_remote_writer(vm, &stream, &writer, info, fields) {
        let stream = text(&create.stream);
        vm.warning_without_place(format!("failed to create remote log stream for {stream} locally"));
    }
}

fn field(column: &LogField) -> Option<Field> {
    let kind = Kind::from_number(column.ty)?;
    let element = match kind {
        Kind::Set | Kind::Vector => {
            let element = Kind::from_number(column.element_ty)?;
            Some(Some(element).filter(|element| !matches!(element, Kind::Set | Kind::Vector))?)
        }
        _ => None,
    };
    let name = String::from_utf8_lossy(&column.name).into_owned();
    Some(Field { name, kind, element, optional: column.optional })
}

/// A record of another node's log.
pub(super) fn write(vm: &mut Vm, sender: EndpointId, place: LogPlace<'_>, record: &[u8]) {
    Peering::statistics(vm).logs_in += 1;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let Some(stream) = enum_value(vm, "Log::ID", place.stream) else {
        return vm.warning_without_place(format!("failed to unpack remote log stream id: {}", text(place.stream)));
    };
    let Some(writer) = enum_value(vm, "Log::Writer", place.writer) else {
        let stream = text(place.stream);
        return vm.warning_without_place(format!("failed to unpack remote log writer id for stream: {stream}"));
    };
    let mut columns = 0;
    let result = logging::write_remote(vm, &stream, &writer, text(place.path), |fields| {
        columns = fields.len();
        decode_record(fields.iter().map(Field::ty), record)
    });
    let error = match result {
        Ok(is_written) => {
            if is_written {
                witness::wrote(vm, sender, &place, record);
            }
            return;
        }
        Err(error) => error,
    };
    let stream = text(place.stream);
    vm.warning_without_place(match error {
        RecordError::Length => format!("failed to unserialize remote log num fields for stream: {stream}"),
        RecordError::Fields { got } => {
            let name = format!("{}/{}", text(place.path), text(place.writer));
            format!("WriterFrontend {name} expected {columns} fields in write, got {got}. Skipping line.")
        }
        RecordError::Malformed { column, .. } => {
            format!("failed to unserialize remote log field {column} for stream: {stream}")
        }
        RecordError::Type { column, got } => {
            let got = Kind::from_number(got.into()).map_or("of unknown type", Kind::name);
            format!("remote log field {column} for stream {stream} is {got}, which its column is not (from {sender})")
        }
    });
}

/// A value of an enum by its full name.
fn enum_value(vm: &mut Vm, of: &str, name: &[u8]) -> Option<EnumValue> {
    let ty = vm.program.global(vm.program.find(of.into())?).ty.clone();
    match from_data(vm, &Data::Enum(name.to_vec()), &ty) {
        Ok(Some(Value::Enum(number, of))) => Some(EnumValue(number, of)),
        _ => None,
    }
}
