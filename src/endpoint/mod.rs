//! An endpoint of Broker's network, without input and output: handshakes, peers, routing, retries.
//!
//! It is a state machine. In go bytes and what became of connections, each with the time; out come connections to open
//! and to close, bytes to send, messages for this node, and notices. Times are durations since any fixed moment. Nothing
//! in here reads a clock, opens a socket or draws a random number, so that one process can hold many endpoints.
//!
//! Whoever drives it, after each call: opens and closes what [`Endpoint::next_action`] says, writes what
//! [`Endpoint::take_outgoing`] gives, reads [`Endpoint::inbox`] and [`Endpoint::next_notice`], and calls
//! [`Endpoint::advance`] when [`Endpoint::deadline`] has come.
//!
//! Follows the specification of Broker's protocol, with bounds that it lacks: on frames and on the time of a handshake;
//! whoever speaks under a name that is not theirs is cut off.

mod connection;
mod dial;
mod handshake;
mod inbox;
mod notice;
mod outgoing;
mod peers;
mod routing;
mod subscriptions;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use connection::{Connection, Phase};
pub use connection::{ConnectionId, Remote};
use dial::Dial;
pub use inbox::{Delivery, Inbox};
pub use notice::Notice;
pub use outgoing::{Enqueued, Outgoing, Overflow};
use peers::Peer;
pub use peers::{PeerQueue, PeerState, PeerStatus};
pub use subscriptions::Subscriptions;

use crate::wire::{EndpointId, Frames};

/// What an endpoint is told about how it is to behave.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Messages that came from peers are passed on to others (`Broker::forward_messages`).
    pub forward: bool,
    /// How many messages may wait for one peer (`Broker::peer_buffer_size`).
    pub peer_buffer: usize,
    pub overflow: Overflow,
    /// A handshake that takes longer is given up. Broker itself waits for ever.
    pub handshake_timeout: Duration,
    /// How long a peer that takes nothing of what was sent is waited for before the connection is closed.
    pub farewell_timeout: Duration,
    /// Of so many connections that are not peers yet the oldest is closed for the next.
    pub most_handshakes: usize,
    /// A peer that has said nothing for so long is asked whether it is still there. Broker itself never asks.
    pub keep_alive: Duration,
    /// A peer that does not answer that for so long is given up.
    pub keep_alive_timeout: Duration,
    /// How long the most messages that wait at one time are counted before that begins anew
    /// (`Broker::buffer_stats_reset_interval`).
    pub peak_interval: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            forward: false,
            peer_buffer: 8192,
            overflow: Overflow::DropOldest,
            handshake_timeout: Duration::from_secs(10),
            farewell_timeout: Duration::from_secs(3),
            most_handshakes: 512,
            keep_alive: Duration::from_mins(1),
            keep_alive_timeout: Duration::from_mins(2),
            peak_interval: Duration::from_mins(1),
        }
    }
}

/// Something for the driver to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// To connect, and then to call [`Endpoint::opened`] or [`Endpoint::closed`].
    Open { connection: ConnectionId, remote: Remote },
    /// To write what waits and close. [`Endpoint::closed`] need not be called.
    Close(ConnectionId),
}

/// Counters of what passed through an endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages put into the queues of peers.
    pub sent: u64,
    /// Messages for this node.
    pub received: u64,
    /// Messages that the overflow policy dropped.
    pub dropped: u64,
    /// Frames that were no messages.
    pub malformed: u64,
}

/// An endpoint.
#[derive(Debug)]
pub struct Endpoint {
    id: EndpointId,
    settings: Settings,
    subscriptions: Subscriptions,
    connections: BTreeMap<ConnectionId, Connection>,
    next_connection: u64,
    peers: BTreeMap<EndpointId, Peer>,
    dials: BTreeMap<usize, Dial>,
    next_dial: usize,
    actions: VecDeque<Action>,
    notices: VecDeque<Notice>,
    inbox: Inbox,
    counters: Counters,
    next_farewell: u64,
    closing: bool,
}

impl Endpoint {
    pub fn new(id: EndpointId, settings: Settings) -> Self {
        Endpoint {
            id,
            settings,
            subscriptions: Subscriptions::default(),
            connections: BTreeMap::new(),
            next_connection: 0,
            peers: BTreeMap::new(),
            dials: BTreeMap::new(),
            next_dial: 0,
            actions: VecDeque::new(),
            notices: VecDeque::new(),
            inbox: Inbox::default(),
            counters: Counters::default(),
            next_farewell: 0,
            closing: false,
        }
    }

    pub fn id(&self) -> EndpointId {
        self.id
    }

    pub fn counters(&self) -> Counters {
        self.counters
    }

    pub fn subscriptions(&self) -> &Subscriptions {
        &self.subscriptions
    }

    /// What the driver has to do next.
    pub fn next_action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    pub fn next_notice(&mut self) -> Option<Notice> {
        self.notices.pop_front()
    }

    /// What came in for this node; whoever has read it clears it.
    pub fn inbox(&mut self) -> &mut Inbox {
        &mut self.inbox
    }

    /// Bytes to write to a connection.
    pub fn take_outgoing(&mut self, connection: ConnectionId) -> Option<Vec<u8>> {
        let connection = self.connections.get_mut(&connection)?;
        if connection.phase == Phase::Opening {
            return None;
        }
        let bytes = connection.outgoing.take()?;
        connection.moves |= !connection.outgoing.is_empty();
        Some(bytes)
    }

    /// The connections for which bytes wait.
    pub fn with_outgoing(&self) -> impl Iterator<Item = ConnectionId> {
        let waits = |connection: &Connection| connection.phase != Phase::Opening && !connection.outgoing.is_empty();
        self.connections.iter().filter(move |(_, connection)| waits(connection)).map(|(id, _)| *id)
    }

    /// Somebody connected.
    pub fn accepted(&mut self, remote: Remote, now: Duration) -> ConnectionId {
        let is_open = |connection: &Connection| connection.phase.is_handshake() && connection.dial.is_none();
        let mut open = self.connections.iter().filter(|(_, connection)| is_open(connection)).map(|(id, _)| *id);
        // A handshake takes milliseconds: who has taken longest is the least likely ever to end it.
        if let Some(oldest) = open.next()
            && open.count() + 1 >= self.settings.most_handshakes
        {
            self.cut_off(oldest, "too many connections at once".to_owned(), now);
        }
        let connection = self.add_connection(remote, None, Phase::AwaitHello);
        self.greet(connection, now);
        connection
    }

    /// Somebody connected and got no further, for this reason.
    pub fn refused(&mut self, remote: Remote, reason: String) {
        self.notices.push_back(Notice::CutOff { remote, reason });
    }

    /// A connection that was to be opened is there.
    pub fn opened(&mut self, connection: ConnectionId, now: Duration) {
        if let Some(found) = self.connections.get_mut(&connection) {
            found.phase = Phase::AwaitHelloOrVersion;
            self.greet(connection, now);
        }
    }

    /// Bytes came in.
    pub fn received(&mut self, connection: ConnectionId, bytes: &[u8], now: Duration) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        if found.phase == Phase::Closing {
            return;
        }
        found.heard = now;
        found.asked = None;
        // Reading borrows the frames while what they say changes everything else.
        let mut frames = std::mem::take(&mut found.frames);
        frames.push(bytes);
        while self.read_frame(connection, &mut frames, now) {}
        if let Some(found) = self.connections.get_mut(&connection) {
            found.frames = frames;
        }
    }

    /// A connection could not be opened, was closed by the other side, or broke; for this reason, if there is one.
    pub fn closed(&mut self, connection: ConnectionId, reason: Option<String>, now: Duration) {
        if let Some(found) = self.connections.get(&connection)
            && found.phase.is_handshake()
        {
            let remote = found.remote.clone();
            // Whoever accepts says something at once, unless it waits for TLS to begin.
            let silent = found.dial.is_some() && found.heard.is_zero();
            let hint = if silent { " before it said anything; it may speak TLS (Broker::disable_ssl)" } else { "" };
            let reason = reason.unwrap_or_else(|| format!("closed by the other side{hint}"));
            self.notices.push_back(Notice::CutOff { remote, reason: format!("{reason}, within the handshake") });
        } else if let Some(found) = self.connections.get(&connection)
            && found.phase == Phase::Peered
            && found.frames.waiting() > 0
        {
            let (remote, waiting) = (found.remote.clone(), found.frames.waiting());
            let reason = reason.unwrap_or_else(|| "closed by the other side".to_owned());
            let reason = format!("{reason}, {waiting} bytes into a frame");
            self.notices.push_back(Notice::CutOff { remote, reason });
        }
        self.lose(connection, now);
    }

    /// A connection that was to be opened reached somebody with whom it could not be secured.
    pub fn unsecured(&mut self, connection: ConnectionId, reason: String, now: Duration) {
        if let Some(found) = self.connections.get_mut(&connection) {
            found.phase = Phase::AwaitHelloOrVersion;
            let remote = found.remote.clone();
            self.notices.push_back(Notice::CutOff { remote, reason });
        }
        self.lose(connection, now);
    }

    /// When [`Endpoint::advance`] is to be called at the latest.
    pub fn deadline(&self) -> Option<Duration> {
        let connections = self.connections.values().filter_map(|connection| connection.due(&self.settings));
        let dials = self.dials.values().filter_map(Dial::deadline);
        connections.chain(dials).min()
    }

    /// Does what its time has come for.
    pub fn advance(&mut self, now: Duration) {
        let due = |deadline: Option<Duration>| deadline.is_some_and(|deadline| deadline <= now);
        let late: Vec<ConnectionId> =
            self.connections.iter().filter(|(_, found)| due(found.due(&self.settings))).map(|(id, _)| *id).collect();
        for connection in late {
            self.time_out(connection, now);
        }
        let dials: Vec<usize> = self.dials.iter().filter(|(_, dial)| due(dial.deadline())).map(|(id, _)| *id).collect();
        for dial in dials {
            self.open_dial(dial);
        }
    }

    /// Ends all peerings, each after what was said before; see [`Endpoint::is_down`].
    pub fn shut_down(&mut self, now: Duration) {
        self.closing = true;
        self.dials.clear();
        let connections: Vec<ConnectionId> = self.connections.keys().copied().collect();
        for connection in connections {
            match self.connections.get(&connection).map(|connection| connection.phase) {
                Some(Phase::Peered) => self.say_farewell(connection, now),
                _ => self.close(connection),
            }
        }
    }

    /// Whether nothing is left after a shutdown.
    pub fn is_down(&self) -> bool {
        self.closing && self.connections.is_empty()
    }

    fn add_connection(&mut self, remote: Remote, dial: Option<usize>, phase: Phase) -> ConnectionId {
        self.next_connection += 1;
        let id = ConnectionId(self.next_connection);
        let outgoing = Outgoing::new(self.settings.peer_buffer, self.settings.overflow);
        let connection = Connection {
            phase,
            remote,
            dial,
            peer: EndpointId::NIL,
            in_table: false,
            too_early: false,
            filter: Vec::new(),
            frames: Frames::default(),
            outgoing,
            deadline: None,
            farewell: None,
            leaves: false,
            heard: Duration::ZERO,
            asked: None,
            peak_since: Duration::ZERO,
            moves: false,
        };
        self.connections.insert(id, connection);
        id
    }

    /// Has what waits sent, and the connection closed. Nothing that it says later is read.
    fn close(&mut self, connection: ConnectionId) {
        if let Some(found) = self.connections.get_mut(&connection) {
            found.phase = Phase::Closing;
            found.deadline = None;
            self.actions.push_back(Action::Close(connection));
        }
    }

    /// The driver has written what waited and closed the connection.
    pub fn finished(&mut self, connection: ConnectionId) {
        if self.connections.get(&connection).is_some_and(|found| found.phase == Phase::Closing) {
            self.connections.remove(&connection);
        }
    }
}
