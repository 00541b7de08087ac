//! Becoming peers: who says what, and what a wrong word leads to.
//!
//! The endpoint with the smaller id leads ("originator"), whoever opened the connection. Of two connections between the
//! same two endpoints one survives; the table of peers says which.

use std::time::Duration;

use super::connection::{ConnectionId, Phase};
use super::peers::{Entry, Peer};
use super::{Endpoint, Notice};
use crate::wire::{EndpointId, ErrorCode, Fault, Frames, Handshake, MAX_ENVELOPE, MAX_HANDSHAKE, VERSION};

const REDUNDANT_AT_RESPONDER: &[u8] = b"detected redundant connection at the responder";

impl Endpoint {
    /// The first words of a connection, which need no answer.
    pub(super) fn greet(&mut self, connection: ConnectionId, now: Duration) {
        let id = self.id;
        let timeout = self.settings.handshake_timeout;
        if let Some(found) = self.connections.get_mut(&connection) {
            found.deadline = Some(now + timeout);
            match found.phase {
                Phase::AwaitHello => found.say(&Handshake::Probe),
                _ => found.say(&Handshake::Hello { sender: id, versions: (VERSION, VERSION) }),
            }
        }
    }

    /// Acts on the next frame of a connection; whether there may be another.
    pub(super) fn read_frame(&mut self, connection: ConnectionId, frames: &mut Frames, now: Duration) -> bool {
        let Some(phase) = self.connections.get(&connection).map(|found| found.phase) else {
            return false;
        };
        let most = match phase {
            Phase::Closing | Phase::Opening => return false,
            Phase::Peered => MAX_ENVELOPE,
            _ => MAX_HANDSHAKE,
        };
        match frames.next(most) {
            Ok(None) => false,
            Ok(Some(frame)) => {
                if phase == Phase::Peered {
                    self.envelope(connection, frame, now);
                } else {
                    self.word(connection, phase, frame, now);
                }
                true
            }
            Err(too_long) => {
                self.cut_off(connection, too_long.to_string(), now);
                false
            }
        }
    }

    fn word(&mut self, connection: ConnectionId, phase: Phase, frame: &[u8], now: Duration) {
        if frame.is_empty() {
            return self.cut_off(connection, "empty frame in the handshake".to_owned(), now);
        }
        match Handshake::decode(frame) {
            Ok(message) => self.message(connection, phase, message, now),
            Err(fault) => {
                let (code, text) = (fault.code(), fault.text());
                self.refuse(connection, code, &text);
                self.cut_off(connection, describe(&fault), now);
            }
        }
    }

    fn message(&mut self, connection: ConnectionId, phase: Phase, message: Handshake, now: Duration) {
        use Phase::{
            AwaitHello, AwaitHelloOrVersion, AwaitOriginatorAck, AwaitOriginatorSyn, AwaitResponderSynAck, AwaitVersion,
        };
        match (phase, message) {
            (AwaitHello | AwaitHelloOrVersion | AwaitVersion, Handshake::Probe) => {}
            (AwaitHello | AwaitHelloOrVersion, Handshake::Hello { sender, .. }) => {
                if self.id < sender {
                    self.lead(connection, sender, now);
                } else if sender.is_nil() {
                    self.cut_off(connection, "the other side has no id".to_owned(), now);
                } else {
                    self.answer_hello(connection, sender);
                }
            }
            (AwaitVersion | AwaitHelloOrVersion, Handshake::VersionSelect { sender, .. }) => {
                self.follow(connection, sender, now);
            }
            (
                AwaitHello | AwaitHelloOrVersion | AwaitVersion | AwaitResponderSynAck,
                Handshake::DropConnection { sender, code, text },
            ) => {
                self.dropped(connection, sender, code, &text, now);
            }
            (AwaitOriginatorSyn, Handshake::OriginatorSyn(filter)) => {
                let own = self.subscriptions.filter().clone();
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.filter = filter;
                    found.say(&Handshake::ResponderSynAck(own));
                    found.phase = AwaitOriginatorAck;
                }
            }
            (AwaitResponderSynAck, Handshake::ResponderSynAck(filter)) => {
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.filter = filter;
                    found.say(&Handshake::OriginatorAck);
                }
                self.establish(connection);
            }
            (AwaitOriginatorAck, Handshake::OriginatorAck) => self.establish(connection),
            // What a paused connection says is not looked at before it goes on, and it need not say anything.
            (_, message) => {
                let reason = format!("{} does not belong here", name(&message));
                self.cut_off(connection, reason, now);
            }
        }
    }

    fn answer_hello(&mut self, connection: ConnectionId, sender: EndpointId) {
        let id = self.id;
        if let Some(found) = self.connections.get_mut(&connection) {
            found.peer = sender;
            found.say(&Handshake::Hello { sender: id, versions: (VERSION, VERSION) });
            found.phase = Phase::AwaitVersion;
        }
    }

    /// This side's id is the smaller one.
    pub(super) fn lead(&mut self, connection: ConnectionId, peer: EndpointId, now: Duration) {
        if let Some(found) = self.connections.get_mut(&connection) {
            found.peer = peer;
        }
        match self.enter(connection, peer) {
            Entry::Entered => {
                let (id, own) = (self.id, self.subscriptions.filter().clone());
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.say(&Handshake::VersionSelect { sender: id, version: VERSION });
                    found.say(&Handshake::OriginatorSyn(own));
                    found.phase = Phase::AwaitResponderSynAck;
                }
            }
            Entry::Handshaking => {
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.phase = Phase::Paused;
                }
            }
            Entry::Peered => self.redundant(connection),
            Entry::ShuttingDown => self.turn_away(connection, now),
        }
    }

    /// This side's id is the larger one.
    fn follow(&mut self, connection: ConnectionId, sender: EndpointId, now: Duration) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        if !found.peer.is_nil() && found.peer != sender {
            let reason = format!("says to be {sender} after it was {}", found.peer);
            return self.cut_off(connection, reason, now);
        }
        if sender.is_nil() || sender == self.id {
            return self.cut_off(connection, "speaks under an id that is not its own".to_owned(), now);
        }
        found.peer = sender;
        match self.enter(connection, sender) {
            Entry::Entered => {
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.phase = Phase::AwaitOriginatorSyn;
                }
            }
            Entry::Handshaking | Entry::Peered => {
                self.refuse(connection, ErrorCode::LogicError, REDUNDANT_AT_RESPONDER);
                self.fail(connection, now);
            }
            Entry::ShuttingDown => self.turn_away(connection, now),
        }
    }

    /// The other side refuses the connection.
    fn dropped(&mut self, connection: ConnectionId, sender: EndpointId, code: ErrorCode, text: &[u8], now: Duration) {
        let knows = matches!(self.peers.get(&sender), Some(Peer::Handshaking(_) | Peer::Peered(_)));
        if code == ErrorCode::RedundantConnection && knows {
            self.link(connection, sender);
            return self.close(connection);
        }
        if code == ErrorCode::RedundantConnection
            && let Some(found) = self.connections.get_mut(&connection)
        {
            found.too_early = true;
        }
        // That a node which ends takes nobody in any more is no fault.
        else if code != ErrorCode::ShuttingDown {
            let remote = self.connections.get(&connection).map(|found| found.remote.clone()).unwrap_or_default();
            let reason = format!("refuses with {}: {}", code.name(), String::from_utf8_lossy(text));
            self.notices.push_back(Notice::CutOff { remote, reason });
        }
        self.fail(connection, now);
    }

    /// Both sides are peers from here on.
    fn establish(&mut self, connection: ConnectionId) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        found.phase = Phase::Peered;
        found.deadline = None;
        let (peer, remote, asked_for) = (found.peer, found.remote.clone(), found.dial.is_some());
        self.peers.insert(peer, Peer::Peered(connection));
        self.link(connection, peer);
        self.notices.push_back(Notice::Discovered { peer });
        self.notices.push_back(Notice::PeerAdded { peer, remote, asked_for });
        let waits = |id: &ConnectionId| {
            self.connections.get(id).is_some_and(|found| found.phase == Phase::Paused && found.peer == peer)
        };
        let paused: Vec<ConnectionId> = self.connections.keys().filter(|id| waits(id)).copied().collect();
        for connection in paused {
            self.redundant(connection);
        }
    }

    /// There is a peering already: for the request that opened this connection that is a success.
    fn redundant(&mut self, connection: ConnectionId) {
        if let Some(peer) = self.connections.get(&connection).map(|found| found.peer) {
            self.link(connection, peer);
        }
        self.refuse(connection, ErrorCode::RedundantConnection, b"redundant connection");
        self.close(connection);
    }

    fn turn_away(&mut self, connection: ConnectionId, now: Duration) {
        self.refuse(connection, ErrorCode::ShuttingDown, b"shutting down");
        self.fail(connection, now);
    }

    fn refuse(&mut self, connection: ConnectionId, code: ErrorCode, text: &[u8]) {
        let sender = self.id;
        if let Some(found) = self.connections.get_mut(&connection) {
            found.say(&Handshake::DropConnection { sender, code, text: text.to_vec() });
        }
    }

    /// Ends a connection for what the other side did, and says so.
    pub(super) fn cut_off(&mut self, connection: ConnectionId, reason: String, now: Duration) {
        if let Some(found) = self.connections.get(&connection) {
            let remote = found.remote.clone();
            self.notices.push_back(Notice::CutOff { remote, reason });
            self.fail(connection, now);
        }
    }

    /// Ends a connection from this side, as one that broke.
    pub(super) fn fail(&mut self, connection: ConnectionId, now: Duration) {
        self.leave(connection, now);
        self.close(connection);
    }

    pub(super) fn time_out(&mut self, connection: ConnectionId, now: Duration) {
        match self.connections.get(&connection).map(|found| found.phase) {
            Some(Phase::Peered) => self.peer_is_late(connection, now),
            Some(phase) if phase.is_handshake() => {
                self.cut_off(connection, "the handshake takes too long".to_owned(), now);
            }
            _ => self.fail(connection, now),
        }
    }
}

/// What is said of a message that could not be understood.
fn describe(fault: &Fault) -> String {
    match fault {
        Fault::UnknownTag(tag) => format!("no message has the tag {tag}"),
        Fault::VersionsOffered(least, most) => format!("speaks versions {least} to {most} of the protocol"),
        Fault::VersionSelected(version) => format!("chose version {version} of the protocol"),
        Fault::UnknownCode(code, text) => format!("refuses with code {code}: {}", String::from_utf8_lossy(text)),
        Fault::Malformed(_) | Fault::WrongMagic => String::from_utf8_lossy(&fault.text()).into_owned(),
    }
}

fn name(message: &Handshake) -> &'static str {
    match message {
        Handshake::Hello { .. } => "a hello",
        Handshake::Probe => "a probe",
        Handshake::VersionSelect { .. } => "a version select",
        Handshake::DropConnection { .. } => "a refusal",
        Handshake::OriginatorSyn(_) => "an originator syn",
        Handshake::ResponderSynAck(_) => "a responder syn ack",
        Handshake::OriginatorAck => "an originator ack",
    }
}
