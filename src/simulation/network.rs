//! The network between simulated nodes: connections whose bytes take their time, get stuck and break.
//!
//! Within a connection everything comes in order, between connections it does not. Whatever happens, happens at a time
//! that was drawn from the seed, and among the same times in the order in which it was caused.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use super::faults::{Cut, Fate, Rule, fate};
use super::invariants::{Books, Written};
use super::passage::{Passage, look};
use super::random::Random;
use crate::network::{Event, ListenerId, Security, StreamId};
use crate::wire::{Frames, MAX_ENVELOPE, put_frame};

/// Bytes on their way that one side of a connection may have, as the buffers of a system do.
const WINDOW: usize = 256 * 1024;

/// An attempt to connect that takes longer has failed, as in a real network.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection on which nothing arrives for so long has broken: what the keep-alive of a real one comes to.
const BROKEN_AFTER: Duration = Duration::from_mins(1);

/// Ports from here on are given to whoever wants any.
const FIRST_FREE_PORT: u16 = 49152;

/// How many of the last messages are remembered.
const REMEMBERED: usize = 12;

/// The system's numbers of errors, for the same words as in a real network.
const ADDRESS_IN_USE: i32 = 98;
const ADDRESS_NOT_AVAILABLE: i32 = 99;
const CONNECTION_TIMED_OUT: i32 = 110;
const CONNECTION_REFUSED: i32 = 111;

fn reason(number: i32) -> Option<String> {
    Some(io::Error::from_raw_os_error(number).to_string())
}

/// One side of a connection.
struct End {
    node: usize,
    /// The other side, once there is one.
    other: Option<StreamId>,
    other_node: usize,
    /// What it writes is not cut into frames: it is no peering.
    raw: bool,
    frames: Frames,
    in_handshake: bool,
    /// When the connection began.
    since: Duration,
    /// When the last of what it wrote arrives.
    last_arrival: Duration,
    /// Bytes it wrote that nobody has taken.
    outstanding: usize,
    wants_ready: bool,
    held: bool,
    kept: VecDeque<(Vec<u8>, usize)>,
}

struct Listener {
    node: usize,
    address: Option<IpAddr>,
    port: u16,
    raw: bool,
}

/// What a node has on the network.
struct Station {
    address: IpAddr,
    security: Security,
    /// What happened, and how many bytes are taken with it.
    mail: VecDeque<(Event, usize)>,
    next_port: u16,
}

/// Something on its way.
enum Freight {
    Connect {
        from: StreamId,
        address: String,
        port: u16,
    },
    Opened {
        stream: StreamId,
        other: StreamId,
    },
    /// `taken` bytes of the other side are off its hands when these are read.
    Bytes {
        stream: StreamId,
        bytes: Vec<u8>,
        taken: usize,
        passages: Vec<Passage>,
    },
    Over {
        stream: StreamId,
        event: Event,
    },
}

struct Flight {
    at: Duration,
    /// Breaks ties: in the order of sending.
    number: u64,
    from: usize,
    to: usize,
    freight: Freight,
}

impl PartialEq for Flight {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Flight {}

impl PartialOrd for Flight {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Flight {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

/// How long messages take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    pub shortest: Duration,
    pub longest: Duration,
}

impl Default for Latency {
    fn default() -> Self {
        Latency { shortest: Duration::from_micros(100), longest: Duration::from_millis(5) }
    }
}

/// Everything between the nodes, and the clock.
pub(super) struct Network {
    pub(super) now: Duration,
    random: Random,
    latency: Latency,
    flights: BinaryHeap<Reverse<Flight>>,
    /// What waits for a partition to heal.
    stuck: Vec<Flight>,
    last_number: u64,
    last_id: u64,
    ends: BTreeMap<StreamId, End>,
    listeners: BTreeMap<ListenerId, Listener>,
    stations: Vec<Station>,
    /// Nodes to which something happened.
    pub(super) called: BTreeSet<usize>,
    cuts: Vec<Cut>,
    rules: Vec<Rule>,
    /// The last messages.
    remembered: VecDeque<Passage>,
    /// Attempts to reach what is outside, and offers to it.
    pub(super) ways_out: Vec<(usize, String)>,
    /// All messages, where they are asked for.
    pub(super) trace: Option<Vec<Passage>>,
    /// What invariants are seen by, where some are held.
    pub(super) books: Option<Books>,
    /// Since when no fault keeps messages from coming.
    pub(super) undisturbed_since: Duration,
}

impl Network {
    pub(super) fn new(seed: u64, start: Duration, latency: Latency) -> Self {
        Network {
            now: start,
            random: Random::branch(seed, 0),
            latency,
            flights: BinaryHeap::new(),
            stuck: Vec::new(),
            last_number: 0,
            last_id: 0,
            ends: BTreeMap::new(),
            listeners: BTreeMap::new(),
            stations: Vec::new(),
            called: BTreeSet::new(),
            cuts: Vec::new(),
            rules: Vec::new(),
            remembered: VecDeque::new(),
            ways_out: Vec::new(),
            trace: None,
            books: None,
            undisturbed_since: start,
        }
    }

    /// Adds a node at an address. All loopback addresses are one machine.
    pub(super) fn add(&mut self, address: IpAddr) -> usize {
        let (security, mail) = (Security::default(), VecDeque::new());
        self.stations.push(Station { address, security, mail, next_port: FIRST_FREE_PORT });
        self.stations.len() - 1
    }

    /// The nodes that a node has talked with long enough to be peers, each once.
    pub(super) fn peers(&self, node: usize) -> BTreeSet<usize> {
        let is_over = |end: &End| !end.in_handshake;
        let ends = self.ends.values().filter(|end| end.node == node && is_over(end));
        let peers = ends.filter(|end| end.other.and_then(|other| self.ends.get(&other)).is_some_and(is_over));
        peers.map(|end| end.other_node).collect()
    }

    /// Since when two nodes are connected.
    pub(super) fn connected_since(&self, node: usize, other: usize) -> Option<Duration> {
        let between = |end: &&End| end.node == node && end.other_node == other && !end.in_handshake;
        let has_other = |end: &&End| end.other.is_some_and(|other| self.ends.contains_key(&other));
        self.ends.values().filter(between).filter(has_other).map(|end| end.since).max()
    }

    /// Whether a scenario has lost messages on a connection that a node has.
    pub(super) fn is_lossy(&self, node: usize) -> bool {
        let Some(books) = &self.books else { return false };
        let is_lossy = |id: &StreamId| books.is_lossy(*id);
        self.ends.iter().any(|(id, end)| {
            (end.node == node || end.other_node == node) && (is_lossy(id) || end.other.as_ref().is_some_and(is_lossy))
        })
    }

    /// Whether there is a partition, or something befalls messages.
    pub(super) fn is_disturbed(&self) -> bool {
        !self.cuts.is_empty() || !self.rules.is_empty()
    }

    /// Whether nothing is disturbed, and nothing is on its way that changes what nodes know of each other.
    pub(super) fn is_calm(&self) -> bool {
        let changes_nothing = |Reverse(flight): &Reverse<Flight>| match &flight.freight {
            Freight::Connect { .. } | Freight::Opened { .. } => true,
            Freight::Bytes { passages, .. } => {
                passages.iter().all(|passage| matches!(passage.kind, "command" | "ping" | "pong"))
            }
            Freight::Over { .. } => false,
        };
        !self.is_disturbed()
            && self.stuck.is_empty()
            && self.flights.iter().all(changes_nothing)
            && self.stations.iter().all(|station| station.mail.is_empty())
            && self.ends.values().all(|end| end.kept.is_empty())
    }

    pub(super) fn remembered(&self) -> impl Iterator<Item = &Passage> {
        self.remembered.iter()
    }

    pub(super) fn secure(&mut self, node: usize, security: &Security) {
        if let Some(station) = self.stations.get_mut(node) {
            station.security = security.clone();
        }
    }

    /// Those that show a certificate.
    pub(super) fn secured(&self) -> Vec<(usize, Security)> {
        let all = self.stations.iter().map(|station| &station.security).enumerate();
        all.filter(|(_, security)| !security.certificate.is_empty())
            .map(|(node, found)| (node, found.clone()))
            .collect()
    }

    fn address(&self, node: usize) -> IpAddr {
        self.stations.get(node).map_or(IpAddr::from([127, 0, 0, 1]), |station| station.address)
    }

    /// Whether two nodes are on one machine.
    fn are_together(&self, one: usize, other: usize) -> bool {
        let (one, other) = (self.address(one), self.address(other));
        one == other || (one.is_loopback() && other.is_loopback())
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn listen(&mut self, node: usize, address: &str, port: u16, raw: bool) -> io::Result<(ListenerId, u16)> {
        let not_available = || io::Error::from_raw_os_error(ADDRESS_NOT_AVAILABLE);
        let address = match address {
            "" => None,
            "localhost" => Some(IpAddr::from([127, 0, 0, 1])),
            address => Some(address.parse::<IpAddr>().map_err(|_| not_available())?).filter(|ip| !ip.is_unspecified()),
        };
        let is_own = |ip: IpAddr| ip.is_loopback() || ip == self.address(node);
        if !address.is_none_or(is_own) {
            return Err(not_available());
        }
        let port = if port == 0 { self.free_port(node) } else { port };
        let clashes = |known: &Listener| {
            let same_address = known.address.is_none() || address.is_none() || known.address == address;
            known.port == port && same_address && self.are_together(known.node, node)
        };
        if self.listeners.values().any(clashes) {
            return Err(io::Error::from_raw_os_error(ADDRESS_IN_USE));
        }
        if raw {
            self.ways_out.push((node, format!("listens on port {port} for other programs")));
        }
        let id = ListenerId(self.next_id());
        self.listeners.insert(id, Listener { node, address, port, raw });
        Ok((id, port))
    }

    fn free_port(&mut self, node: usize) -> u16 {
        let Some(station) = self.stations.get_mut(node) else { return FIRST_FREE_PORT };
        let port = station.next_port;
        station.next_port = port.checked_add(1).unwrap_or(FIRST_FREE_PORT);
        port
    }

    /// The listener that somebody reaches at an address.
    fn find(&self, from: usize, address: &str, port: u16) -> Option<(ListenerId, usize, bool)> {
        let address = match address {
            "localhost" => IpAddr::from([127, 0, 0, 1]),
            address => address.parse().ok()?,
        };
        let reaches = |listener: &Listener| {
            let is_there = if address.is_loopback() || address.is_unspecified() {
                self.are_together(from, listener.node)
            } else {
                self.address(listener.node) == address
            };
            is_there
                && listener.port == port
                && listener.address.is_none_or(|at| at == address || address.is_unspecified())
        };
        let (id, listener) = self.listeners.iter().find(|(_, listener)| reaches(listener))?;
        Some((*id, listener.node, listener.raw))
    }

    /// The node at the other end of an attempt to connect, by its address.
    fn target(&self, from: usize, address: &str, port: u16) -> usize {
        self.find(from, address, port).map_or(from, |(_, node, _)| node)
    }

    fn end(&mut self, node: usize, other: Option<StreamId>, other_node: usize, raw: bool) -> StreamId {
        let id = StreamId(self.next_id());
        let end = End {
            node,
            other,
            other_node,
            raw,
            frames: Frames::default(),
            in_handshake: true,
            since: self.now,
            last_arrival: self.now,
            outstanding: 0,
            wants_ready: false,
            held: false,
            kept: VecDeque::new(),
        };
        self.ends.insert(id, end);
        id
    }

    fn delay(&mut self) -> Duration {
        self.random.between(self.latency.shortest, self.latency.longest)
    }

    fn send(&mut self, at: Duration, from: usize, to: usize, freight: Freight) {
        self.last_number += 1;
        self.flights.push(Reverse(Flight { at, number: self.last_number, from, to, freight }));
    }

    pub(super) fn open(&mut self, node: usize, address: &str, port: u16) -> StreamId {
        let to = self.target(node, address, port);
        let is_here = |ip: IpAddr| ip.is_loopback() || self.stations.iter().any(|station| station.address == ip);
        if address != "localhost" && !address.parse().is_ok_and(is_here) {
            self.ways_out.push((node, format!("connects with {address}, port {port}, which is elsewhere")));
        }
        let stream = self.end(node, None, to, false);
        let at = self.now + self.delay();
        self.send(at, node, to, Freight::Connect { from: stream, address: address.to_owned(), port });
        stream
    }

    /// Takes bytes from a node and sends them, or what faults leave of them.
    pub(super) fn write(&mut self, stream: StreamId, bytes: Vec<u8>) {
        let Some(end) = self.ends.get_mut(&stream) else { return };
        end.outstanding += bytes.len();
        if end.raw {
            let taken = bytes.len();
            self.pass(stream, Duration::ZERO, bytes, taken, Vec::new());
        } else {
            end.frames.push(&bytes);
            self.write_frames(stream);
        }
        let Some(end) = self.ends.get_mut(&stream) else { return };
        if end.outstanding > WINDOW {
            end.wants_ready = true;
        } else {
            let node = end.node;
            self.post(node, Event::Ready(stream), 0);
        }
    }

    /// Sends the whole frames that a side has written: one after the other where something befalls them, otherwise together.
    fn write_frames(&mut self, stream: StreamId) {
        let (mut bytes, mut passages, mut taken) = (Vec::new(), Vec::new(), 0);
        loop {
            let closely = self.trace.is_some();
            let Some(end) = self.ends.get_mut(&stream) else { return };
            let (from, to, in_handshake) = (end.node, end.other_node, end.in_handshake);
            // Peers write nothing but frames of their lengths.
            let Ok(Some(content)) = end.frames.next(MAX_ENVELOPE) else { break };
            let sight = look(content, in_handshake, closely);
            end.in_handshake &= !sight.ends_handshake;
            let fate = fate(&self.rules, &mut self.random, &sight.topic);
            if let Some(books) = &mut self.books {
                let copies = if let Fate::Arrives { copies, .. } = fate { copies as u32 } else { 0 };
                books.written(&Written { now: self.now, stream, node: from, content, in_handshake, copies });
            }
            let before = bytes.len();
            put_frame(&mut bytes, |out| out.extend_from_slice(content));
            let size = bytes.len() - before;
            let topic = String::from_utf8_lossy(&sight.topic).into();
            let passage =
                Passage { sent: self.now, came: None, from, to, kind: sight.kind, topic, what: sight.what, size };
            match fate {
                Fate::Arrives { later, copies } => {
                    taken += size;
                    if later.is_zero() && copies == 1 {
                        passages.push(passage);
                        continue;
                    }
                    let frame = bytes.split_off(before);
                    let (earlier, seen) = (std::mem::take(&mut bytes), std::mem::take(&mut passages));
                    self.pass(stream, Duration::ZERO, earlier, taken - size, seen);
                    taken = 0;
                    for copy in 0..copies {
                        let taken = if copy == 0 { size } else { 0 };
                        self.pass(stream, later, frame.clone(), taken, vec![passage.clone()]);
                    }
                }
                Fate::Lost => {
                    bytes.truncate(before);
                    self.remember(passage);
                    if let Some(end) = self.ends.get_mut(&stream) {
                        end.outstanding = end.outstanding.saturating_sub(size);
                    }
                }
            }
        }
        self.pass(stream, Duration::ZERO, bytes, taken, passages);
    }

    /// Sends bytes on their way to the other side.
    fn pass(&mut self, stream: StreamId, later: Duration, bytes: Vec<u8>, taken: usize, passages: Vec<Passage>) {
        if bytes.is_empty() {
            return;
        }
        let delay = self.delay() + later;
        let Some(end) = self.ends.get_mut(&stream) else { return };
        let Some(other) = end.other else { return };
        let at = (self.now + delay).max(end.last_arrival);
        end.last_arrival = at;
        let (from, to) = (end.node, end.other_node);
        self.send(at, from, to, Freight::Bytes { stream: other, bytes, taken, passages });
    }

    pub(super) fn hold(&mut self, stream: StreamId, held: bool) {
        let Some(end) = self.ends.get_mut(&stream) else { return };
        end.held = held;
        let node = end.node;
        if !held {
            for (bytes, taken) in std::mem::take(&mut end.kept) {
                self.post(node, Event::Received(stream, bytes), taken);
            }
        }
    }

    /// Ends a connection behind everything that was written.
    pub(super) fn close(&mut self, stream: StreamId) {
        let delay = self.delay();
        let Some(end) = self.ends.remove(&stream) else { return };
        if let Some(books) = &mut self.books {
            books.gave_up(stream, end.node, end.other_node);
        }
        if let Some(other) = end.other {
            let at = (self.now + delay).max(end.last_arrival);
            let event = Event::Closed(other, None);
            self.send(at, end.node, end.other_node, Freight::Over { stream: other, event });
        }
    }

    /// Everything that a node had is gone: its process ended. What it wrote before is on its way all the same.
    pub(super) fn forget(&mut self, node: usize) {
        let streams: Vec<StreamId> = self.ends.iter().filter(|(_, end)| end.node == node).map(|(id, _)| *id).collect();
        streams.into_iter().for_each(|stream| self.close(stream));
        if let Some(books) = &mut self.books {
            books.ended(node);
        }
        self.listeners.retain(|_, listener| listener.node != node);
        if let Some(station) = self.stations.get_mut(node) {
            station.mail.clear();
            station.security = Security::default();
        }
        self.called.remove(&node);
    }

    fn post(&mut self, node: usize, event: Event, taken: usize) {
        if let Some(station) = self.stations.get_mut(node) {
            station.mail.push_back((event, taken));
            self.called.insert(node);
        }
    }

    /// What happened to a node, in order.
    pub(super) fn next_event(&mut self, node: usize) -> Option<Event> {
        loop {
            let (event, taken) = self.stations.get_mut(node)?.mail.pop_front()?;
            if let (Event::Closed(stream, _), Some(books)) = (&event, &mut self.books) {
                books.closed(*stream, node);
            }
            let Event::Received(stream, bytes) = event else { return Some(event) };
            let Some(end) = self.ends.get_mut(&stream) else { continue };
            if end.held {
                end.kept.push_back((bytes, taken));
                continue;
            }
            let other = end.other;
            self.take(other, taken);
            return Some(Event::Received(stream, bytes));
        }
    }

    /// Bytes that a side wrote are off its hands.
    fn take(&mut self, stream: Option<StreamId>, taken: usize) {
        let Some((stream, end)) = stream.and_then(|stream| Some((stream, self.ends.get_mut(&stream)?))) else { return };
        end.outstanding = end.outstanding.saturating_sub(taken);
        if end.wants_ready && end.outstanding <= WINDOW {
            end.wants_ready = false;
            let node = end.node;
            self.post(node, Event::Ready(stream), 0);
        }
    }

    pub(super) fn has_mail(&self, node: usize) -> bool {
        self.stations.get(node).is_some_and(|station| !station.mail.is_empty())
    }

    /// When something arrives next.
    pub(super) fn next_arrival(&self) -> Option<Duration> {
        self.flights.peek().map(|Reverse(flight)| flight.at)
    }

    /// Lets everything arrive that is due.
    pub(super) fn deliver(&mut self) {
        while let Some(Reverse(flight)) = self.flights.peek() {
            if flight.at > self.now {
                break;
            }
            let Some(Reverse(flight)) = self.flights.pop() else { break };
            if self.are_cut(flight.from, flight.to) {
                self.get_stuck(flight);
            } else {
                self.arrive(flight);
            }
        }
    }

    fn arrive(&mut self, flight: Flight) {
        match flight.freight {
            Freight::Connect { from, address, port } => self.connect(from, flight.from, &address, port),
            Freight::Opened { stream, other } => {
                if let Some(end) = self.ends.get_mut(&stream) {
                    end.other = Some(other);
                    self.post(flight.to, Event::Opened(stream), 0);
                }
            }
            Freight::Bytes { stream, bytes, taken, passages } => {
                for mut passage in passages {
                    passage.came = Some(self.now);
                    self.remember(passage);
                }
                if let Some(end) = self.ends.get(&stream) {
                    if let Some(books) = self.books.as_mut().filter(|_| !end.raw) {
                        books.arrived(flight.to, &bytes);
                    }
                    self.post(flight.to, Event::Received(stream, bytes), taken);
                }
            }
            Freight::Over { stream, event } => {
                if let Some(end) = self.ends.remove(&stream) {
                    if let Some(books) = &mut self.books {
                        books.closing(stream, end.other_node);
                    }
                    self.post(flight.to, event, 0);
                }
            }
        }
    }

    /// Somebody knocks at a port.
    fn connect(&mut self, from: StreamId, node: usize, address: &str, port: u16) {
        if !self.ends.contains_key(&from) {
            return;
        }
        let back = self.now + self.delay();
        let over = |event| Freight::Over { stream: from, event };
        let Some((listener, to, raw)) = self.find(node, address, port) else {
            return self.send(back, node, node, over(Event::Closed(from, reason(CONNECTION_REFUSED))));
        };
        let (address, port) = (self.address(node).to_string(), self.free_port(node));
        if let Some(reason) = self.disagreement(node, to).filter(|_| !raw) {
            self.post(to, Event::Refused { address, port, reason: reason.clone() }, 0);
            return self.send(back, to, node, over(Event::Unsecured { stream: from, reason }));
        }
        let stream = self.end(to, Some(from), node, raw);
        if let Some(end) = self.ends.get_mut(&from) {
            (end.other_node, end.raw) = (to, raw);
        }
        self.post(to, Event::Accepted { listener, stream, address, port }, 0);
        // What the other side writes at once comes behind this.
        if let Some(end) = self.ends.get_mut(&stream) {
            end.last_arrival = back;
        }
        self.send(back, to, node, Freight::Opened { stream: from, other: stream });
    }

    /// Why two nodes cannot agree on how their connection is secured. Nothing is encrypted here; what is compared is
    /// whether both mean to, and whether both have a certificate or neither has.
    fn disagreement(&self, one: usize, other: usize) -> Option<String> {
        let (one, other) = (&self.stations.get(one)?.security, &self.stations.get(other)?.security);
        if one.disabled != other.disabled {
            return Some("the other side does not speak TLS".to_owned());
        }
        let shows = |security: &Security| !security.certificate.is_empty();
        (!one.disabled && shows(one) != shows(other)).then(|| "the other side shows no certificate".to_owned())
    }

    fn remember(&mut self, passage: Passage) {
        // Signs of life explain nothing.
        if !matches!(passage.kind, "ping" | "pong") {
            if self.remembered.len() >= REMEMBERED {
                self.remembered.pop_front();
            }
            self.remembered.push_back(passage.clone());
        }
        if let Some(trace) = &mut self.trace {
            trace.push(passage);
        }
    }

    fn are_cut(&self, one: usize, other: usize) -> bool {
        self.cuts.iter().any(|cut| cut.is_between(one, other))
    }

    /// What cannot get through waits, but not for ever.
    fn get_stuck(&mut self, flight: Flight) {
        match flight.freight {
            Freight::Connect { from: stream, .. } | Freight::Opened { stream, .. } => {
                let event = Event::Closed(stream, reason(CONNECTION_TIMED_OUT));
                let node = self.ends.get(&stream).map_or(flight.from, |end| end.node);
                self.send(self.now + CONNECT_TIMEOUT, node, node, Freight::Over { stream, event });
            }
            _ => self.stuck.push(flight),
        }
    }

    /// Nothing gets through between two sets of nodes any more.
    pub(super) fn cut(&mut self, cut: Cut) {
        let at = self.now + BROKEN_AFTER;
        let crossing: Vec<(StreamId, usize)> = self
            .ends
            .iter()
            .filter(|(_, end)| end.other.is_some() && cut.is_between(end.node, end.other_node))
            .map(|(id, end)| (*id, end.node))
            .collect();
        for (stream, node) in crossing {
            let event = Event::Closed(stream, reason(CONNECTION_TIMED_OUT));
            self.send(at, node, node, Freight::Over { stream, event });
        }
        self.cuts.push(cut);
    }

    /// Everything gets through again; what was stuck goes on.
    pub(super) fn heal(&mut self) {
        self.cuts.clear();
        self.undisturbed_since = self.now;
        // Connections that were not given up yet are not going to be.
        let flights = std::mem::take(&mut self.flights).into_vec();
        let timed_out = reason(CONNECTION_TIMED_OUT);
        let gives_up = |flight: &Flight| match &flight.freight {
            Freight::Over { event: Event::Closed(stream, why), .. } if *why == timed_out => {
                self.ends.get(stream).is_some_and(|end| end.other.is_some())
            }
            _ => false,
        };
        self.flights = flights.into_iter().filter(|Reverse(flight)| !gives_up(flight)).collect();
        // At once, so that nothing that was sent later on the same connection comes before it.
        for mut flight in std::mem::take(&mut self.stuck) {
            flight.at = self.now;
            self.flights.push(Reverse(flight));
        }
    }

    pub(super) fn add_rule(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    pub(super) fn clear_rules(&mut self) {
        self.rules.clear();
        self.undisturbed_since = self.now;
    }
}
