//! This node among others: its endpoint, and the streams that carry it.
//!
//! The endpoint says what to do and the host's transport does it; here is only what connects the two. Notices become
//! events of scripts in [`super::status`], messages in [`super::incoming`].

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::time::Duration;

use super::watch::Watch;
use super::{incoming, logs, status, stores, websocket};
use crate::endpoint::{Action, ConnectionId, Endpoint, Inbox, Overflow, Remote, Settings};
use crate::network::{Event, ListenerId, Security, StreamId, Transport};
use crate::value::Value;
use crate::vm::Vm;
use crate::wire::{EndpointId, Kind};

/// This node's place in the network.
#[derive(Default)]
pub struct Peering {
    endpoint: Option<Endpoint>,
    streams: BTreeMap<StreamId, ConnectionId>,
    connections: BTreeMap<ConnectionId, Link>,
    listeners: BTreeSet<ListenerId>,
    /// Topics to which events are published when they are raised, by the event's name.
    pub auto_published: BTreeMap<String, BTreeSet<String>>,
    /// Scripts have asked to listen or to peer.
    takes_part: bool,
    /// Prefixes whose events are only passed on.
    pub(super) forwarded: BTreeSet<Vec<u8>>,
    /// As the transport has it.
    security: Option<Security>,
    pub(super) statistics: Statistics,
    /// Somebody looks on.
    pub(super) watch: Option<Watch>,
    scratch: Vec<u8>,
    /// Events are worded as by Zeek, not as by Bro 2.6.
    pub zeek_words: bool,
}

/// Counts of what scripts sent and received.
#[derive(Clone, Copy, Default)]
pub struct Statistics {
    pub events_in: u64,
    pub events_out: u64,
    pub logs_in: u64,
    pub logs_out: u64,
    pub ids_in: u64,
    pub ids_out: u64,
}

struct Link {
    stream: StreamId,
    /// The transport takes more bytes.
    writable: bool,
}

/// How long to wait at once for the answers to farewells, in seconds.
const FAREWELL_STEP: f64 = 0.02;

/// How often bytes may go out, without waiting, before a node is over.
const LAST_STEPS: usize = 4;

/// What one stream may have to write before it is asked whether it can take more.
const MOST_HANDED_OVER: usize = 256 * 1024;

/// No more than this is kept to write in.
const MOST_SCRATCH: usize = 64 * 1024;

fn remote(address: &str, port: u16) -> Remote {
    Remote { address: address.to_owned(), port }
}

impl Peering {
    /// Works on this node's endpoint, which is made when first asked for.
    pub fn with<R>(vm: &mut Vm, work: impl FnOnce(&mut Endpoint, Duration) -> R) -> R {
        if vm.state::<Peering>().endpoint.is_none() {
            vm.with_state(|peering: &mut Peering, vm| {
                peering.endpoint(vm);
            });
        }
        let now = clock(vm);
        match &mut vm.state::<Peering>().endpoint {
            Some(endpoint) => work(endpoint, now),
            None => unreachable!("it was made just now"),
        }
    }

    /// The id of this node: a random UUID.
    pub fn id(vm: &mut Vm) -> EndpointId {
        Peering::with(vm, |endpoint, _| endpoint.id())
    }

    /// Whether scripts have ever asked to listen or to peer, with or without success: then a run does not end by
    /// itself.
    pub fn is_active(vm: &mut Vm) -> bool {
        vm.state::<Peering>().takes_part
    }

    /// How many peers there are; asking makes no endpoint.
    pub fn peered(vm: &mut Vm) -> usize {
        vm.state::<Peering>().endpoint.as_ref().map_or(0, Endpoint::peered)
    }

    /// Whether there is a peer, without which nothing is sent.
    pub fn has_peers(vm: &mut Vm) -> bool {
        vm.state::<Peering>().endpoint.as_ref().is_some_and(Endpoint::has_peers)
    }

    /// Whether anybody would hear what is published.
    pub fn is_heard(vm: &mut Vm) -> bool {
        Peering::has_peers(vm) || websocket::has_clients(vm)
    }

    /// Scripts ask to take part in a network.
    pub(super) fn take_part(vm: &mut Vm) {
        vm.state::<Peering>().takes_part = true;
    }

    /// Waits for connections at an address and port. Gives the port.
    pub fn listen(vm: &mut Vm, address: &str, port: u16) -> io::Result<u16> {
        vm.state::<Peering>().takes_part = true;
        Peering::secure(vm)?;
        let (listener, port) = vm.host.transport()?.listen(address, port)?;
        vm.state::<Peering>().listeners.insert(listener);
        Ok(port)
    }

    /// Peers with whoever is at an address and port.
    pub fn peer(vm: &mut Vm, address: &str, port: u16, retry: Option<Duration>) -> io::Result<()> {
        vm.state::<Peering>().takes_part = true;
        Peering::secure(vm)?;
        Peering::with(vm, |endpoint, _| endpoint.peer(remote(address, port), retry));
        Ok(())
    }

    /// Secures what is opened from now on as scripts have it set.
    pub(super) fn secure(vm: &mut Vm) -> io::Result<()> {
        let text = |name: &str| match vm.global_by_name(name) {
            Some(Value::String(text)) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
            _ => String::new(),
        };
        let security = Security {
            disabled: matches!(vm.global_by_name("Broker::disable_ssl"), Some(Value::Bool(true))),
            certificate: text("Broker::ssl_certificate"),
            key: text("Broker::ssl_keyfile"),
            passphrase: text("Broker::ssl_passphrase"),
            authorities: text("Broker::ssl_cafile"),
            authorities_directory: text("Broker::ssl_capath"),
        };
        if vm.state::<Peering>().security.as_ref() != Some(&security) {
            vm.host.transport()?.secure(&security)?;
            vm.state::<Peering>().security = Some(security);
        }
        Ok(())
    }

    /// Ends the peering with whoever is at an address and port, after what waits for it.
    pub fn unpeer(vm: &mut Vm, address: &str, port: u16) {
        logs::flush_logs(vm);
        Peering::with(vm, |endpoint, now| endpoint.unpeer(&remote(address, port), now));
    }

    /// Whether this node has asked to peer with whoever is at an address and port, and not taken that back.
    pub fn asks_for(vm: &mut Vm, address: &str, port: u16) -> bool {
        Peering::with(vm, |endpoint, _| endpoint.asks_for(&remote(address, port)))
    }

    /// Whether this node asks for messages of a topic; asking makes no endpoint.
    pub fn subscribes(vm: &mut Vm, topic: &[u8]) -> bool {
        vm.state::<Peering>().endpoint.as_ref().is_some_and(|endpoint| endpoint.subscriptions().wants(topic))
    }

    /// Asks for the messages of a prefix.
    pub fn subscribe(vm: &mut Vm, prefix: &[u8]) {
        Peering::with(vm, |endpoint, _| endpoint.subscribe(prefix));
    }

    /// Has the messages of a prefix passed on, whose events are not for this node; logs and values of globals are. False
    /// where they are already.
    pub fn forward(vm: &mut Vm, prefix: &[u8]) -> bool {
        let is_new = vm.state::<Peering>().forwarded.insert(prefix.to_vec());
        if is_new {
            Peering::subscribe(vm, prefix);
        }
        is_new
    }

    /// Does not ask for the messages of a prefix any more, neither for itself nor for others.
    pub fn unsubscribe(vm: &mut Vm, prefix: &[u8]) {
        vm.state::<Peering>().forwarded.remove(prefix);
        Peering::with(vm, |endpoint, _| endpoint.unsubscribe(prefix));
    }

    /// Sends data to those who want its topic.
    pub fn publish(vm: &mut Vm, topic: &[u8], payload: &[u8]) {
        Peering::publish_for_guest(vm, topic, payload);
        websocket::deliver(vm, topic, payload);
    }

    /// Sends what a guest of this node said to the peers that want it.
    pub(super) fn publish_for_guest(vm: &mut Vm, topic: &[u8], payload: &[u8]) {
        Peering::with(vm, |endpoint, now| endpoint.publish(Kind::Data, topic, payload, now));
    }

    /// Whether messages of a topic are for the scripts of this node.
    pub(super) fn scripts_want(vm: &mut Vm, topic: &[u8]) -> bool {
        let passed_on = vm.state::<Peering>().forwarded.iter().any(|prefix| topic.starts_with(prefix));
        !passed_on && Peering::with(vm, |endpoint, _| endpoint.subscriptions().wants(topic))
    }

    /// Sends an event that was written into [`Peering::scratch`], where anybody is there.
    pub fn publish_event(vm: &mut Vm, topic: &[u8], payload: Vec<u8>) {
        if Peering::is_heard(vm) {
            Peering::statistics(vm).events_out += 1;
            Peering::publish(vm, topic, &payload);
        }
        vm.state::<Peering>().scratch = payload;
    }

    /// Room to write in that need not be found anew each time. It is empty.
    pub fn scratch(vm: &mut Vm) -> Vec<u8> {
        let mut scratch = std::mem::take(&mut vm.state::<Peering>().scratch);
        scratch.clear();
        scratch.shrink_to(MOST_SCRATCH);
        scratch
    }

    pub fn statistics(vm: &mut Vm) -> &mut Statistics {
        &mut vm.state::<Peering>().statistics
    }

    fn endpoint(&mut self, vm: &mut Vm) -> &mut Endpoint {
        self.endpoint.get_or_insert_with(|| {
            let mut bytes = [0; 16];
            vm.host.entropy(&mut bytes);
            Endpoint::new(EndpointId::from_random(bytes), settings(vm))
        })
    }

    /// What the transport tells.
    fn transport_event(&mut self, event: Event, now: Duration) {
        let Some(endpoint) = &mut self.endpoint else { return };
        match event {
            Event::Accepted { listener: _, stream, address, port } => {
                let connection = endpoint.accepted(remote(&address, port), now);
                self.streams.insert(stream, connection);
                self.connections.insert(connection, Link { stream, writable: true });
            }
            Event::Opened(stream) => {
                if let Some(connection) = self.streams.get(&stream) {
                    endpoint.opened(*connection, now);
                    if let Some(link) = self.connections.get_mut(connection) {
                        link.writable = true;
                    }
                }
            }
            Event::Received(stream, bytes) => {
                if let Some(connection) = self.streams.get(&stream) {
                    endpoint.received(*connection, &bytes, now);
                }
            }
            Event::Ready(stream) => {
                if let Some(link) = self.streams.get(&stream).and_then(|found| self.connections.get_mut(found)) {
                    link.writable = true;
                }
            }
            Event::Closed(stream, reason) => {
                if let Some(connection) = self.streams.remove(&stream) {
                    self.connections.remove(&connection);
                    endpoint.closed(connection, reason, now);
                }
            }
            Event::Unsecured { stream, reason } => {
                if let Some(connection) = self.streams.remove(&stream) {
                    self.connections.remove(&connection);
                    endpoint.unsecured(connection, reason, now);
                }
            }
            Event::Refused { address, port, reason } => endpoint.refused(remote(&address, port), reason),
        }
    }

    /// One round of the end, which does not wait. Gives what came in, and whether everything has ended.
    fn say_farewells(&mut self, vm: &mut Vm) -> (Inbox, bool) {
        let now = clock(vm);
        while let Some(event) = vm.host.transport().ok().and_then(Transport::next_event) {
            match websocket::take_event(vm, event, now) {
                // Whoever lost this node comes again at once, which must not hold up the end.
                Some(Event::Accepted { stream, .. }) => {
                    vm.host.transport().into_iter().for_each(|transport| transport.close(stream));
                }
                Some(event) => self.transport_event(event, now),
                None => {}
            }
        }
        let mut inbox = Inbox::default();
        if let Some(endpoint) = &mut self.endpoint {
            endpoint.advance(now);
            inbox = std::mem::take(endpoint.inbox());
        }
        self.act(vm);
        let clients_are_gone = websocket::is_down(vm);
        let is_over = clients_are_gone && self.endpoint.as_ref().is_none_or(Endpoint::is_down);
        (inbox, is_over)
    }

    /// Does what the endpoint asks for.
    fn act(&mut self, vm: &mut Vm) {
        let (Some(endpoint), Ok(transport)) = (&mut self.endpoint, vm.host.transport()) else { return };
        while let Some(action) = endpoint.next_action() {
            match action {
                Action::Open { connection, remote } => {
                    let stream = transport.open(&remote.address, remote.port);
                    self.streams.insert(stream, connection);
                    self.connections.insert(connection, Link { stream, writable: false });
                }
                Action::Close(connection) => {
                    if let Some(link) = self.connections.remove(&connection) {
                        self.streams.remove(&link.stream);
                        while let Some(bytes) = endpoint.take_outgoing(connection) {
                            transport.write(link.stream, bytes);
                        }
                        transport.close(link.stream);
                    }
                    endpoint.finished(connection);
                }
            }
        }
        let waiting: Vec<ConnectionId> = endpoint.with_outgoing().collect();
        for connection in waiting {
            let Some(link) = self.connections.get_mut(&connection).filter(|link| link.writable) else { continue };
            let mut handed_over = 0;
            while handed_over < MOST_HANDED_OVER
                && let Some(bytes) = endpoint.take_outgoing(connection)
            {
                handed_over += bytes.len();
                transport.write(link.stream, bytes);
                link.writable = false;
            }
        }
    }
}

/// Takes what came in, and sends what waits.
pub fn poll(vm: &mut Vm) {
    if vm.state::<Peering>().endpoint.is_none() && vm.state::<Peering>().listeners.is_empty() {
        return;
    }
    vm.with_state(|peering: &mut Peering, vm| {
        let now = clock(vm);
        peering.endpoint(vm);
        while let Some(event) = vm.host.transport().ok().and_then(Transport::next_event) {
            if let Some(event) = websocket::take_event(vm, event, now) {
                peering.transport_event(event, now);
            }
        }
        if let Some(endpoint) = &mut peering.endpoint {
            endpoint.advance(now);
        }
        peering.act(vm);
    });
    status::raise(vm);
    incoming::dispatch(vm);
    websocket::advance(vm);
    stores::advance(vm);
    logs::advance(vm);
    // What the notices and messages led to, and when to look again.
    vm.with_state(|peering: &mut Peering, vm| {
        peering.act(vm);
        if let Some(deadline) = peering.endpoint.as_ref().and_then(Endpoint::deadline) {
            vm.wake_at(deadline.as_secs_f64());
        }
    });
}

/// Begins to end all peerings, each after what was said before has arrived.
pub fn begin_shut_down(vm: &mut Vm) {
    stores::finish(vm);
    if vm.state::<Peering>().endpoint.is_none() {
        return;
    }
    // Records that waited are not for a logger that is gone by now: another one may be there.
    vm.host.wait(0.0);
    is_shut_down(vm);
    logs::flush_logs(vm);
    Peering::with(vm, Endpoint::shut_down);
    websocket::say_farewell(vm);
}

/// Goes on with the end, without waiting. Whether everything has ended. Of what comes in meanwhile only records of logs are
/// looked at, for which there is room to the last.
pub fn is_shut_down(vm: &mut Vm) -> bool {
    if vm.state::<Peering>().endpoint.is_none() {
        return true;
    }
    let (inbox, is_over) = vm.with_state(Peering::say_farewells);
    incoming::keep_records(vm, &inbox);
    is_over
}

/// Waits for the end that [`begin_shut_down`] began.
pub fn finish_shut_down(vm: &mut Vm) {
    while !is_shut_down(vm) {
        vm.host.wait(FAREWELL_STEP);
    }
    // What was closed just now is written out: the process may go on without this node.
    if vm.state::<Peering>().endpoint.is_some() {
        (0..LAST_STEPS).for_each(|_| vm.host.wait(0.0));
    }
}

/// The clock of the endpoint: the time since the epoch.
pub(super) fn clock(vm: &mut Vm) -> Duration {
    Duration::try_from_secs_f64(vm.host.now()).unwrap_or_default()
}

/// What scripts have set, where the scripts of the release know it.
fn settings(vm: &Vm) -> Settings {
    let mut settings = Settings::default();
    if let Some(Value::Bool(forward)) = vm.global_by_name("Broker::forward_messages") {
        settings.forward = forward;
    }
    if let Some(Value::Count(limit)) = vm.global_by_name("Broker::peer_buffer_size") {
        settings.peer_buffer = limit as usize;
    }
    if let Some(Value::Interval(seconds)) = vm.global_by_name("Broker::buffer_stats_reset_interval") {
        settings.peak_interval = Duration::try_from_secs_f64(seconds).unwrap_or_default();
    }
    if let Some(Value::String(policy)) = vm.global_by_name("Broker::peer_overflow_policy") {
        settings.overflow = Overflow::named(policy.as_bytes());
    }
    settings
}
