//! The table of peers: with whom there is a peering or a handshake, and what happens when it ends.

use std::time::Duration;

use super::connection::{ConnectionId, Phase, Remote};
use super::{Endpoint, Notice};
use crate::wire::{EndpointId, ErrorCode};

/// What the table says of another endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peer {
    Handshaking(ConnectionId),
    Peered(ConnectionId),
    /// There was a peering.
    Disconnected,
}

/// What came of entering a handshake into the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Entered,
    /// Another one with the same endpoint goes on.
    Handshaking,
    Peered,
    ShuttingDown,
}

/// How a peering is (`Broker::PeerStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeerState {
    Initializing,
    Connecting,
    Connected,
    Peered,
    Disconnected,
    Reconnecting,
}

/// A peer, or an address at which one is sought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerStatus {
    /// Nil before anyone has answered.
    pub peer: EndpointId,
    pub remote: Remote,
    pub state: PeerState,
    /// Messages that wait for it.
    pub waiting: usize,
    /// This side asked for it.
    pub asked_for: bool,
}

/// What waits for one peer (`Broker::peering_stats`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerQueue {
    pub peer: EndpointId,
    pub waiting: usize,
    /// The most that waited at one time within the last while.
    pub peak: usize,
    /// How often there was no room.
    pub overflows: u64,
}

impl Endpoint {
    /// All peers, and all addresses at which one is sought.
    pub fn peers(&self) -> Vec<PeerStatus> {
        let mut all = Vec::new();
        for connection in self.connections.values() {
            let state = match connection.phase {
                Phase::Peered => PeerState::Peered,
                Phase::Opening => PeerState::Connecting,
                Phase::Closing => continue,
                _ => PeerState::Connected,
            };
            all.push(PeerStatus {
                peer: connection.peer,
                remote: connection.remote.clone(),
                state,
                waiting: connection.outgoing.len(),
                asked_for: connection.dial.is_some(),
            });
        }
        let idle = self.dials.values().filter(|dial| dial.deadline().is_some());
        all.extend(idle.map(|dial| PeerStatus {
            peer: EndpointId::NIL,
            remote: dial.remote.clone(),
            state: if dial.was_peered { PeerState::Reconnecting } else { PeerState::Connecting },
            waiting: 0,
            asked_for: true,
        }));
        all
    }

    /// Whether this side has asked to peer with whoever is at an address, and not taken that back.
    pub fn asks_for(&self, remote: &Remote) -> bool {
        self.dials.values().any(|dial| dial.remote == *remote)
    }

    /// What waits for each peer.
    pub fn queues(&mut self, now: Duration) -> Vec<PeerQueue> {
        let settings = &self.settings;
        let peers = self.connections.values_mut().filter(|connection| connection.phase == Phase::Peered);
        let queues = peers.map(|connection| {
            connection.watch_peak(settings, now);
            let (peak, overflows) = connection.outgoing.peak();
            PeerQueue { peer: connection.peer, waiting: connection.outgoing.len(), peak, overflows }
        });
        queues.collect()
    }

    /// How many peerings there are.
    pub fn peered(&self) -> usize {
        self.peers.values().filter(|peer| matches!(peer, Peer::Peered(_))).count()
    }

    /// Whether there is any peering.
    pub fn has_peers(&self) -> bool {
        self.peers.values().any(|peer| matches!(peer, Peer::Peered(_)))
    }

    /// Whether there is a peering with an endpoint.
    pub fn is_peered(&self, peer: EndpointId) -> bool {
        matches!(self.peers.get(&peer), Some(Peer::Peered(_)))
    }

    /// Ends the peering with whoever is at an address, after what was said before. An error notice where nobody is.
    pub fn unpeer(&mut self, remote: &Remote, now: Duration) {
        self.dials.retain(|_, dial| dial.remote != *remote);
        let at = |connection: &super::Connection| connection.phase == Phase::Peered && connection.remote == *remote;
        match self.connections.iter().find(|(_, connection)| at(connection)).map(|(id, _)| *id) {
            Some(connection) => self.say_farewell(connection, now),
            None => {
                let (code, remote) = (ErrorCode::PeerInvalid, remote.clone());
                self.notices.push_back(Notice::Error { code, remote, reached: false });
            }
        }
    }

    pub(super) fn enter(&mut self, connection: ConnectionId, peer: EndpointId) -> Entry {
        if self.closing {
            return Entry::ShuttingDown;
        }
        match self.peers.get(&peer) {
            Some(Peer::Peered(_)) => Entry::Peered,
            Some(Peer::Handshaking(_)) => Entry::Handshaking,
            Some(Peer::Disconnected) | None => {
                self.peers.insert(peer, Peer::Handshaking(connection));
                if let Some(found) = self.connections.get_mut(&connection) {
                    found.in_table = true;
                }
                Entry::Entered
            }
        }
    }

    /// The connection is gone.
    pub(super) fn lose(&mut self, connection: ConnectionId, now: Duration) {
        if self.connections.get(&connection).is_some_and(|found| found.phase != Phase::Closing) {
            self.leave(connection, now);
        }
        self.connections.remove(&connection);
    }

    /// Takes a connection out of the table; its request goes on trying.
    pub(super) fn leave(&mut self, connection: ConnectionId, now: Duration) {
        let Some(found) = self.connections.get(&connection) else {
            return;
        };
        let (peer, phase, dial, remote) = (found.peer, found.phase, found.dial, found.remote.clone());
        let (in_table, reached) = (found.in_table, phase != Phase::Opening && !found.too_early);
        if phase == Phase::Peered {
            self.peers.insert(peer, Peer::Disconnected);
            // Within a farewell this side has said already that it is over.
            if found.farewell.is_none() {
                self.notices.push_back(Notice::PeerLost { peer, remote });
            } else {
                self.notices.push_back(Notice::PeerRemoved { peer, remote, overflow: false });
            }
            self.notices.push_back(Notice::Unreachable { peer });
            self.redial(peer, now);
            return;
        }
        if in_table {
            self.peers.remove(&peer);
            self.resume(peer, now);
        }
        if let Some(dial) = dial {
            self.dial_failed(dial, reached, now);
        }
    }

    /// A connection that waited for the end of another handshake has its turn.
    fn resume(&mut self, peer: EndpointId, now: Duration) {
        let waits = |found: &super::Connection| found.phase == Phase::Paused && found.peer == peer;
        let next = self.connections.iter().find(|(_, found)| waits(found)).map(|(id, _)| *id);
        if let Some(connection) = next {
            self.lead(connection, peer, now);
        }
    }
}
