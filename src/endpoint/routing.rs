//! What peers say to each other: messages for topics, changed filters, pings.

use std::time::Duration;

use super::connection::{Connection, ConnectionId, Phase};
use super::outgoing::Enqueued;
use super::peers::Peer;
use super::subscriptions::{is_local, matches};
use super::{Endpoint, Notice};
use crate::wire::{DecodeError, EndpointId, Envelope, Kind, MAX_TOPIC, RESERVED, decode_filter, encode_filter};

/// Starts the payload of the ping that ends a peering; its answer tells that everything before it has arrived.
const FAREWELL: &[u8] = b"BYE";

/// The payload of the ping that asks whether a peer is still there.
const STILL_THERE: &[u8] = b"KEEP";

/// Answers that a peer asks for and does not take may wait up to so many bytes.
const MOST_ANSWERS: usize = 1 << 20;

impl Endpoint {
    /// Wants messages whose topics start with the prefix.
    pub fn subscribe(&mut self, prefix: &[u8]) {
        if self.subscriptions.subscribe(prefix) {
            self.tell_filter();
        }
    }

    /// Does not want them any more. Peers go on sending them, and they are dropped here.
    pub fn unsubscribe(&mut self, prefix: &[u8]) -> bool {
        self.subscriptions.unsubscribe(prefix)
    }

    /// Takes messages of the prefix for a guest of this node too: somebody whom it speaks for, who is no peer.
    pub fn subscribe_guest(&mut self, prefix: &[u8]) {
        if self.subscriptions.subscribe_guest(prefix) {
            self.tell_filter();
        }
    }

    /// One guest less wants them.
    pub fn unsubscribe_guest(&mut self, prefix: &[u8]) {
        self.subscriptions.unsubscribe_guest(prefix);
    }

    /// Sends data or a command to every peer that wants the topic; how many these are. Nothing is sent under a topic of
    /// more than [`MAX_TOPIC`] bytes.
    pub fn publish(&mut self, kind: Kind, topic: &[u8], payload: &[u8], now: Duration) -> usize {
        let envelope = Envelope { sender: self.id, receiver: EndpointId::NIL, kind, topic, payload };
        self.distribute(&envelope, EndpointId::NIL, now)
    }

    /// Sends data or a command to one peer, whatever it wants to hear. Whether there is such a peer.
    pub fn send(&mut self, receiver: EndpointId, kind: Kind, topic: &[u8], payload: &[u8], now: Duration) -> bool {
        let envelope = Envelope { sender: self.id, receiver, kind, topic, payload };
        self.distribute(&envelope, EndpointId::NIL, now) > 0
    }

    /// Whether what peers say is passed on to others.
    pub fn forwards(&self) -> bool {
        self.settings.forward
    }

    /// Whether some peer wants a topic that has not said farewell.
    pub fn is_wanted(&self, topic: &[u8]) -> bool {
        let stays = |found: &&Connection| found.phase == Phase::Peered && !found.leaves;
        self.connections.values().filter(stays).any(|found| matches(&found.filter, topic))
    }

    /// One of the peers that want all of some topics and are not about to leave.
    pub fn first_that_hears(&self, topics: &[&[u8]]) -> Option<EndpointId> {
        let is_open = |found: &&Connection| found.phase == Phase::Peered && found.farewell.is_none() && !found.leaves;
        let mut peers = self.connections.values().filter(is_open);
        peers.find(|found| topics.iter().all(|topic| matches(&found.filter, topic))).map(|found| found.peer)
    }

    /// Whether a peer wants a topic.
    pub fn hears(&self, peer: EndpointId, topic: &[u8]) -> bool {
        let is_peer = |found: &&Connection| found.phase == Phase::Peered && found.peer == peer;
        self.connections.values().find(is_peer).is_some_and(|found| matches(&found.filter, topic))
    }

    fn distribute(&mut self, envelope: &Envelope<'_>, except: EndpointId, now: Duration) -> usize {
        if envelope.topic.len() > MAX_TOPIC {
            return 0;
        }
        let mut full = Vec::new();
        let mut reached = 0;
        for (id, connection) in &mut self.connections {
            let wants = if envelope.receiver.is_nil() {
                matches(&connection.filter, envelope.topic)
            } else {
                connection.peer == envelope.receiver
            };
            // Within a farewell nothing more is said.
            let open = connection.phase == Phase::Peered && connection.farewell.is_none();
            if !wants || !open || connection.peer == except {
                continue;
            }
            reached += 1;
            connection.watch_peak(&self.settings, now);
            match connection.outgoing.offer(envelope) {
                Enqueued::Waits => self.counters.sent += 1,
                Enqueued::Dropped => self.counters.dropped += 1,
                Enqueued::Full => full.push(*id),
            }
        }
        for connection in full {
            self.counters.dropped += 1;
            self.overflow(connection, now);
        }
        reached
    }

    /// A peer that does not take what is sent is given up. It may connect again; this side does not.
    fn overflow(&mut self, connection: ConnectionId, _now: Duration) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        let (peer, remote, dial) = (found.peer, found.remote.clone(), found.dial);
        // What waits would take as long as it has already.
        while found.outgoing.take().is_some() {}
        self.peers.insert(peer, Peer::Disconnected);
        self.notices.push_back(Notice::PeerRemoved { peer, remote, overflow: true });
        self.notices.push_back(Notice::Unreachable { peer });
        dial.map(|dial| self.dials.remove(&dial));
        self.close(connection);
    }

    fn tell_filter(&mut self) {
        let payload = encode_filter(self.subscriptions.filter());
        for connection in self.connections.values_mut().filter(|found| found.phase == Phase::Peered) {
            let (sender, receiver) = (self.id, connection.peer);
            say(connection, sender, receiver, Kind::RoutingUpdate, &payload);
        }
    }

    /// A frame of a peer.
    pub(super) fn envelope(&mut self, connection: ConnectionId, frame: &[u8], now: Duration) {
        if frame.is_empty() {
            return;
        }
        let envelope = match Envelope::decode(frame) {
            Ok(envelope) => envelope,
            Err(DecodeError::Cut) => {
                self.counters.malformed += 1;
                return self.cut_off(connection, format!("frame of {} bytes is cut short", frame.len()), now);
            }
            // Something that a later release may know.
            Err(_) => {
                self.counters.malformed += 1;
                return;
            }
        };
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        let peer = found.peer;
        if envelope.sender != peer {
            let reason = format!("{peer} speaks as {}", envelope.sender);
            return self.cut_off(connection, reason, now);
        }
        let here = envelope.receiver.is_nil() || envelope.receiver == self.id;
        match envelope.kind {
            Kind::Ping if here && found.outgoing.kept() > MOST_ANSWERS => {
                self.cut_off(connection, "asks for answers that it does not take".to_owned(), now);
            }
            Kind::Ping if here => {
                // Whoever says farewell reads nothing behind the answer.
                found.leaves |= envelope.payload.starts_with(FAREWELL);
                say(found, self.id, peer, Kind::Pong, envelope.payload);
            }
            Kind::Pong if here => self.pong(connection, envelope.payload, now),
            Kind::Ping | Kind::Pong => {}
            Kind::RoutingUpdate => match decode_filter(envelope.payload) {
                Ok(filter) => found.filter = filter,
                Err(error) => self.cut_off(connection, format!("routing update: {error}"), now),
            },
            Kind::Data | Kind::Command => {
                if is_local(envelope.topic) {
                    self.counters.malformed += 1;
                    return;
                }
                if here && (self.subscriptions.wants(envelope.topic) || self.subscriptions.guests_want(envelope.topic))
                {
                    self.counters.received += 1;
                    self.inbox.push(&envelope);
                }
                if self.settings.forward && envelope.receiver != self.id {
                    let passed_on = Envelope { sender: self.id, ..envelope };
                    self.distribute(&passed_on, peer, now);
                }
            }
        }
    }

    /// Starts the end of a peering: everything said so far is to arrive first.
    pub(super) fn say_farewell(&mut self, connection: ConnectionId, now: Duration) {
        let timeout = self.settings.farewell_timeout;
        self.next_farewell += 1;
        let token = self.next_farewell;
        let id = self.id;
        let Some(found) = self.connections.get_mut(&connection).filter(|found| found.farewell.is_none()) else {
            return;
        };
        found.deadline = Some(now + timeout);
        found.moves = false;
        found.farewell = Some(token);
        let receiver = found.peer;
        say(found, id, receiver, Kind::Ping, &farewell(token));
    }

    /// The time has come for a farewell to end, or to ask a peer whether it is still there, or not to ask again.
    pub(super) fn peer_is_late(&mut self, connection: ConnectionId, now: Duration) {
        let (id, timeout) = (self.id, self.settings.farewell_timeout);
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        match (found.farewell, found.asked) {
            (Some(_), _) if found.moves => {
                // What waits is on its way; a slow peer is not one that does not answer.
                found.moves = false;
                found.deadline = Some(now + timeout);
            }
            (Some(_), _) => self.end_farewell(connection, now),
            (None, None) => {
                found.asked = Some(now);
                let receiver = found.peer;
                say(found, id, receiver, Kind::Ping, STILL_THERE);
            }
            (None, Some(_)) => {
                let silence = now.saturating_sub(found.heard).as_secs();
                self.cut_off(connection, format!("nothing was heard for {silence} seconds"), now);
            }
        }
    }

    fn pong(&mut self, connection: ConnectionId, payload: &[u8], now: Duration) {
        let token = self.connections.get(&connection).and_then(|found| found.farewell);
        if token.is_some_and(|token| payload == farewell(token)) {
            self.end_farewell(connection, now);
        }
    }

    /// The peer has heard everything, or does not answer. Who has been asked for again meanwhile is dialled anew.
    pub(super) fn end_farewell(&mut self, connection: ConnectionId, now: Duration) {
        let Some(found) = self.connections.get(&connection) else {
            return;
        };
        let (peer, remote) = (found.peer, found.remote.clone());
        self.peers.insert(peer, Peer::Disconnected);
        self.notices.push_back(Notice::PeerRemoved { peer, remote, overflow: false });
        self.notices.push_back(Notice::Unreachable { peer });
        self.close(connection);
        self.redial(peer, now);
    }
}

fn farewell(token: u64) -> Vec<u8> {
    [FAREWELL, &token.to_be_bytes()].concat()
}

fn say(connection: &mut Connection, sender: EndpointId, receiver: EndpointId, kind: Kind, payload: &[u8]) {
    let envelope = Envelope { sender, receiver, kind, topic: RESERVED, payload };
    connection.outgoing.push(|out| envelope.encode(out));
}
