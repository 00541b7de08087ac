//! The network between simulated nodes: connections whose bytes take their time, get stuck and break.
//!
//! Within a connection everything comes in order, between connections it does not. Whatever happens, happens at a time
//! that was drawn from the seed, and among the same times in the order in which it was caused.

mod flight;
mod partition;
mod places;
mod seen;
mod traffic;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::io;
use std::net::IpAddr;
use std::time::Duration;

use super::faults::{Cut, Rule};
use super::invariants::Books;
use super::passage::Passage;
use super::random::Random;
use crate::network::{Event, ListenerId, Security, StreamId};
use crate::wire::Frames;
use flight::{Flight, Freight};
use places::{Listener, Places};

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

/// What a node has on the network.
#[derive(Default)]
struct Station {
    security: Security,
    /// Its sides of connections.
    streams: BTreeSet<StreamId>,
    /// What happened, and how many bytes are taken with it.
    mail: VecDeque<(Event, usize)>,
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
    places: Places,
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
            places: Places::default(),
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
        self.places.add(address);
        self.stations.push(Station::default());
        self.stations.len() - 1
    }

    pub(super) fn secure(&mut self, node: usize, security: &Security) {
        if let Some(station) = self.stations.get_mut(node) {
            station.security = security.clone();
        }
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    pub(super) fn listen(&mut self, node: usize, address: &str, port: u16, raw: bool) -> io::Result<(ListenerId, u16)> {
        let id = ListenerId(self.next_id());
        let port = self.places.listen(id, node, address, port, raw)?;
        if raw {
            self.ways_out.push((node, format!("listens on port {port} for other programs")));
        }
        Ok((id, port))
    }

    fn delay(&mut self) -> Duration {
        self.random.between(self.latency.shortest, self.latency.longest)
    }

    fn send(&mut self, at: Duration, from: usize, to: usize, freight: Freight) {
        self.last_number += 1;
        self.flights.push(Reverse(Flight { at, number: self.last_number, from, to, freight }));
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
        if let Some(station) = self.stations.get_mut(node) {
            station.streams.insert(id);
        }
        id
    }

    /// The sides of connections that a node has.
    fn ends_of(&self, node: usize) -> impl Iterator<Item = (StreamId, &End)> {
        let streams = self.stations.get(node).into_iter().flat_map(|station| &station.streams);
        streams.filter_map(|stream| Some((*stream, self.ends.get(stream)?)))
    }

    fn remove(&mut self, stream: StreamId) -> Option<End> {
        let end = self.ends.remove(&stream)?;
        if let Some(station) = self.stations.get_mut(end.node) {
            station.streams.remove(&stream);
        }
        Some(end)
    }

    pub(super) fn open(&mut self, node: usize, address: &str, port: u16) -> StreamId {
        let to = self.places.find(node, address, port).map_or(node, |found| found.node);
        if !self.places.has(address) {
            self.ways_out.push((node, format!("connects with {address}, port {port}, which is elsewhere")));
        }
        let stream = self.end(node, None, to, false);
        let at = self.now + self.delay();
        self.send(at, node, to, Freight::Connect { from: stream, address: address.to_owned(), port });
        stream
    }

    /// Ends a connection behind everything that was written.
    pub(super) fn close(&mut self, stream: StreamId) {
        let delay = self.delay();
        let Some(end) = self.remove(stream) else { return };
        if let Some(books) = &mut self.books {
            books.gave_up(stream, end.node, end.other_node, end.outstanding > 0);
        }
        if let Some(other) = end.other {
            let at = (self.now + delay).max(end.last_arrival);
            let event = Event::Closed(other, None);
            self.send(at, end.node, end.other_node, Freight::Over { stream: other, event });
        }
    }

    /// Everything that a node had is gone: its process ended. What it wrote before is on its way all the same. Where it
    /// ended as it was asked to, so many records of logs waited in it for a logger.
    pub(super) fn forget(&mut self, node: usize, unsent: Option<usize>) {
        let streams: Vec<StreamId> = self.ends_of(node).map(|(id, _)| id).collect();
        streams.into_iter().for_each(|stream| self.close(stream));
        if let Some(books) = &mut self.books {
            books.ended(node, unsent);
        }
        self.places.forget(node);
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
                if let Some(end) = self.remove(stream) {
                    if let Some(books) = &mut self.books {
                        books.closing(stream, end.other_node, end.outstanding > 0);
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
        let Some(Listener { id: listener, node: to, raw, .. }) = self.places.find(node, address, port) else {
            return self.send(back, node, node, over(Event::Closed(from, reason(CONNECTION_REFUSED))));
        };
        let (address, port) = (self.places.address(node).to_string(), self.places.free_port(node));
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
}
