//! WebSocket clients as scripts see them: guests of this node, which speaks for them.
//!
//! What a client says goes to the scripts of this node, to its other clients and to its peers; what any of these
//! publish, the client hears. An event of a client must fit its declaration here, or it goes nowhere.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::rc::Rc;
use std::time::Duration;

use super::peering::{Peering, clock};
use super::remote_event::{self, Misfit};
use super::{incoming, logs, metadata, status};
use crate::endpoint::Overflow;
use crate::network::{Certificate, Event as TransportEvent, StreamId};
use crate::syntax::ast::Protocol;
use crate::types::{Type, TypeRef};
use crate::value::{RecordObject, Value, VectorObject};
use crate::vm::Vm;
use crate::websocket::{Action, Dialect, Happening, Info, Kind, Message, Server, Settings};
use crate::wire::{self, Argument, Data, EndpointId, Event, encode};

/// The clients of this node, and where they come in.
#[derive(Default)]
pub struct WebSockets {
    server: Server,
    listening: BTreeMap<(String, u16), Listening>,
}

/// How clients are let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listening {
    pub kind: Kind,
    /// What this node calls its version.
    pub version: &'static str,
    /// How often clients are asked for a sign of life.
    pub ping_interval: Option<Duration>,
    /// How many of their messages are taken at once.
    pub most_waiting: usize,
    /// What they are shown. Those of Broker's server see what peers see.
    pub certificate: Option<Certificate>,
}

/// Why nobody is let in.
#[derive(Debug)]
pub enum NotListening {
    /// Others are, at the same place in another way.
    Taken,
    Failed(io::Error),
}

impl WebSockets {
    /// Waits for clients at an address and port. Gives the port. It is no error to ask for the same twice.
    pub fn listen(vm: &mut Vm, address: &str, port: u16, how: Listening) -> Result<u16, NotListening> {
        let place = (address.to_owned(), port);
        match vm.state::<WebSockets>().listening.get(&place) {
            Some(known) if *known == how => return Ok(port),
            Some(_) => return Err(NotListening::Taken),
            None => {}
        }
        Peering::take_part(vm);
        let failed = NotListening::Failed;
        let (listener, bound) = match how.kind {
            Kind::Cluster => {
                let transport = vm.host.transport().map_err(failed)?;
                transport.listen_with(address, port, how.certificate.as_ref()).map_err(failed)?
            }
            Kind::Broker => {
                Peering::secure(vm).map_err(failed)?;
                vm.host.transport().and_then(|transport| transport.listen(address, port)).map_err(failed)?
            }
        };
        let settings = settings(vm, &how);
        let sockets = vm.state::<WebSockets>();
        sockets.server.listen(listener, settings);
        if port != 0 {
            sockets.listening.insert(place, how);
        }
        Ok(bound)
    }
}

fn settings(vm: &mut Vm, how: &Listening) -> Settings {
    let buffer = match vm.global_by_name("Broker::web_socket_buffer_size") {
        Some(Value::Count(size)) => size as usize,
        _ => 8192,
    };
    let overflow = match vm.global_by_name("Broker::web_socket_overflow_policy") {
        Some(Value::String(policy)) => Overflow::named(policy.as_bytes()),
        _ => Overflow::default(),
    };
    let dialect = if vm.state::<Peering>().zeek_words { Dialect::Zeek } else { Dialect::Json };
    Settings {
        kind: how.kind,
        node: Peering::id(vm),
        version: how.version.to_owned(),
        ping_interval: how.ping_interval,
        most_waiting: how.most_waiting.max(1),
        buffer,
        overflow,
        dialect,
    }
}

/// Whether there may be clients.
pub(super) fn is_listening(vm: &mut Vm) -> bool {
    vm.state::<WebSockets>().server.is_listening()
}

/// Whether a client would hear something.
pub(super) fn has_clients(vm: &mut Vm) -> bool {
    vm.state::<WebSockets>().server.has_clients()
}

/// Whether there are clients that are like peers.
pub(super) fn has_peers(vm: &mut Vm) -> bool {
    vm.state::<WebSockets>().server.has_peers()
}

/// Takes what the transport tells, unless it is not of a client.
pub(super) fn take_event(vm: &mut Vm, event: TransportEvent, now: Duration) -> Option<TransportEvent> {
    let server = &mut vm.state::<WebSockets>().server;
    match event {
        TransportEvent::Accepted { listener, stream, ref address, port } if server.has_listener(listener) => {
            server.accepted(listener, stream, address, port, now);
        }
        TransportEvent::Received(stream, ref bytes) if server.has_stream(stream) => server.received(stream, bytes, now),
        TransportEvent::Ready(stream) if server.has_stream(stream) => server.ready(stream),
        TransportEvent::Closed(stream, _) if server.has_stream(stream) => server.closed(stream),
        event => return Some(event),
    }
    None
}

/// Has the clients that want a topic hear a message of this node or of a peer.
pub(super) fn deliver(vm: &mut Vm, topic: &[u8], payload: &[u8]) {
    let now = clock(vm);
    vm.state::<WebSockets>().server.deliver(topic, payload, None, now);
}

/// Has one client hear a message of this node, if it wants its topic.
pub(super) fn deliver_to(vm: &mut Vm, client: StreamId, topic: &[u8], payload: &[u8]) {
    let now = clock(vm);
    vm.state::<WebSockets>().server.deliver_to(client, topic, payload, now);
}

/// Does what clients have said, and sends what waits for them.
pub(super) fn advance(vm: &mut Vm) {
    if !is_listening(vm) {
        return;
    }
    let now = clock(vm);
    vm.state::<WebSockets>().server.advance(now);
    // The ends of clients are only known when they are closed.
    loop {
        while let Some(happening) = vm.state::<WebSockets>().server.next_happening() {
            perform(vm, happening);
        }
        act(vm);
        if !vm.state::<WebSockets>().server.has_happenings() {
            break;
        }
    }
    if let Some(deadline) = vm.state::<WebSockets>().server.deadline() {
        vm.wake_at(deadline.as_secs_f64());
    }
}

/// Tells all clients the end.
pub(super) fn say_farewell(vm: &mut Vm) {
    let now = clock(vm);
    vm.state::<WebSockets>().server.shut_down(now);
}

/// Goes on with the end of all clients. Whether none is left.
pub(super) fn is_down(vm: &mut Vm) -> bool {
    let now = clock(vm);
    let server = &mut vm.state::<WebSockets>().server;
    server.advance(now);
    while server.next_happening().is_some() {}
    act(vm);
    vm.state::<WebSockets>().server.is_down()
}

/// Does what the clients' side asks for.
fn act(vm: &mut Vm) {
    vm.with_state(|sockets: &mut WebSockets, vm| {
        let Ok(transport) = vm.host.transport() else { return };
        while let Some(action) = sockets.server.next_action() {
            match action {
                Action::Write(stream, bytes) => transport.write(stream, bytes),
                Action::Hold(stream, held) => transport.hold(stream, held),
                Action::Close(stream) => transport.close(stream),
            }
        }
    });
}

fn perform(vm: &mut Vm, happening: Happening) {
    match happening {
        Happening::Added { kind, stream, info, subscriptions } => {
            Peering::with(vm, |endpoint, _| {
                subscriptions.iter().for_each(|prefix| endpoint.subscribe_guest(prefix));
            });
            match kind {
                Kind::Cluster => {
                    if let Some(endpoint) = endpoint_info(vm, &info) {
                        let subscriptions = string_vector(&subscriptions);
                        vm.queue_event_by_name("Cluster::websocket_client_added", [endpoint, subscriptions]);
                    }
                }
                Kind::Broker => {
                    status::client_added(vm, &info.id, &info.address, info.port);
                    logs::announce_all_to_client(vm, stream);
                }
            }
        }
        Happening::Lost { kind, info, subscriptions, code, reason } => {
            let was_added = subscriptions.is_some();
            Peering::with(vm, |endpoint, _| {
                subscriptions.iter().flatten().for_each(|prefix| endpoint.unsubscribe_guest(prefix));
            });
            match kind {
                Kind::Cluster => {
                    if let Some(endpoint) = endpoint_info(vm, &info) {
                        let arguments = [endpoint, Value::Count(u64::from(code)), Value::string(reason)];
                        vm.queue_event_by_name("Cluster::websocket_client_lost", arguments);
                    }
                }
                Kind::Broker if was_added => status::client_lost(vm, &info.id, &info.address, info.port),
                Kind::Broker => {}
            }
        }
        Happening::Said { kind: Kind::Cluster, stream, message } => publish_event(vm, stream, message),
        Happening::Said { kind: Kind::Broker, stream, message } => publish_data(vm, stream, message),
    }
}

/// Publishes what a client said, which must be an event that fits its declaration.
fn publish_event(vm: &mut Vm, stream: StreamId, message: Message) {
    let Message { topic: Some(topic), data } = message else { return };
    let mut event = event_of(data);
    let name = String::from_utf8_lossy(&event.name).into_owned();
    let fitting = remote_event::declared(vm, &name).and_then(|handler| {
        let arguments = event.arguments.iter().cloned().map(Argument::Other);
        remote_event::fit(vm, &handler, arguments).map(|values| (handler, values))
    });
    let (handler, values) = match fitting {
        Ok(fitting) => fitting,
        Err(misfit) => return refuse(vm, stream, &name, &misfit),
    };
    // What of the metadata is not known here goes no further.
    let known = metadata::known(vm, event.metadata.clone());
    let is_known = |number: u64| known.iter().any(|(known, _)| *known == number);
    event.metadata = event.metadata.map(|entries| entries.into_iter().filter(|entry| is_known(entry.0)).collect());
    event.metadata = event.metadata.filter(|entries: &Vec<_>| !entries.is_empty());
    let mut payload = Vec::new();
    encode(&wire::Message::Event(event).into_data(), &mut payload);
    Peering::publish_for_guest(vm, &topic, &payload);
    let now = clock(vm);
    vm.state::<WebSockets>().server.deliver(&topic, &payload, Some(stream), now);
    if Peering::scripts_want(vm, &topic) {
        Peering::statistics(vm).events_in += 1;
        if handler.has_bodies() {
            vm.queue_remote_event(&handler, values, known);
        }
    }
}

/// Publishes what a client of Broker's server said. As that of any peer it goes on to others only where messages are
/// forwarded.
fn publish_data(vm: &mut Vm, stream: StreamId, message: Message) {
    let topic = message.topic.unwrap_or_default();
    let mut payload = Vec::new();
    encode(&message.data, &mut payload);
    if Peering::with(vm, |endpoint, _| endpoint.forwards()) {
        Peering::publish_for_guest(vm, &topic, &payload);
    }
    let now = clock(vm);
    let server = &mut vm.state::<WebSockets>().server;
    server.deliver(&topic, &payload, Some(stream), now);
    let sender = server.info_of(stream).and_then(|info| info.id.parse().ok()).unwrap_or(EndpointId::NIL);
    if Peering::scripts_want(vm, &topic) {
        incoming::receive(vm, sender, &payload, false);
    }
}

/// The event in data. As in Zeek, what the data says of its version and kind is not looked at, and what is missing is
/// empty.
fn event_of(data: Data) -> Event {
    let mut event = Event { name: Vec::new(), arguments: Vec::new(), metadata: None };
    let content = match data {
        Data::Vector(outer) => outer.into_iter().nth(2),
        _ => None,
    };
    let Some(Data::Vector(fields)) = content else { return event };
    let mut fields = fields.into_iter();
    if let Some(Data::String(name)) = fields.next() {
        event.name = name;
    }
    if let Some(Data::Vector(arguments)) = fields.next() {
        event.arguments = arguments;
    }
    if let Some(Data::Vector(entries)) = fields.next() {
        let entry = |entry: Data| match entry {
            Data::Vector(entry) => match <[Data; 2]>::try_from(entry) {
                Ok([Data::Count(number), value]) => Some((number, value)),
                _ => None,
            },
            _ => None,
        };
        event.metadata = Some(entries.into_iter().filter_map(entry).collect());
    }
    event
}

/// Why an event is refused, for those who use Zeek's words and for everybody else.
fn explain(name: &str, misfit: &Misfit, zeek_words: bool) -> String {
    match misfit {
        Misfit::Undeclared if zeek_words => format!("Failed to lookup handler for '{name}'"),
        Misfit::Undeclared => format!("there is no event '{name}' here"),
        Misfit::Count { got, expected } if zeek_words => {
            format!("Unserialize error '{name}' arg_types.size()={expected} and args.size()={got}")
        }
        Misfit::Count { got, expected } => {
            format!("event '{name}' has an invalid # of args, got {got}, expected {expected}")
        }
        Misfit::Argument { data, expected, .. } if zeek_words => format!(
            "Unserialize error for event '{name}': broker value '{}' type '{}' to Zeek type '{expected} {expected}' \
             failed",
            String::from_utf8_lossy(&data.to_text()),
            data.data_type().name(),
        ),
        Misfit::Argument { number, data, expected } => {
            format!("event '{name}' arg #{number} does not fit, got {}, expected {expected}", data.data_type().name())
        }
    }
}

fn refuse(vm: &mut Vm, stream: StreamId, name: &str, misfit: &Misfit) {
    let plain = explain(name, misfit, false);
    let server = &mut vm.state::<WebSockets>().server;
    server.refuse(stream, "failed to create Zeek event", &plain);
    let client = server.info_of(stream).map(|info| info.id.clone()).unwrap_or_default();
    let text = if vm.state::<Peering>().zeek_words {
        explain(name, misfit, true)
    } else {
        format!("WebSocket client {client}: {plain}")
    };
    vm.error_without_place(text);
}

/// A record `Cluster::EndpointInfo`; `None` where the scripts have no such type.
fn endpoint_info(vm: &Vm, info: &Info) -> Option<Value> {
    let record = |ty: TypeRef, fields: Vec<Value>| Value::Record(Rc::new(RecordObject::new(ty, fields)));
    let network = record(
        status::named_type(vm, "Cluster::NetworkInfo")?,
        vec![Value::string(&info.address), Value::Port(info.port, Protocol::Tcp)],
    );
    let name = info.application_name.as_ref().map_or(Value::Unset, Value::string);
    Some(record(status::named_type(vm, "Cluster::EndpointInfo")?, vec![Value::string(&info.id), network, name]))
}

fn string_vector(strings: &BTreeSet<Vec<u8>>) -> Value {
    let elements = strings.iter().map(Value::string).collect();
    Value::Vector(Rc::new(VectorObject::new(Type::vector(Type::string()), elements)))
}
