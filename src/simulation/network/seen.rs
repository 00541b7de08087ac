//! What can be seen of a network from outside: who is connected with whom, what is on its way, what came last.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::time::Duration;

use super::flight::{Flight, Freight};
use super::{End, Network};
use crate::network::{Security, StreamId};
use crate::simulation::passage::Passage;

/// How many of the last messages are remembered.
const REMEMBERED: usize = 12;

impl Network {
    /// The nodes that a node has talked with long enough to be peers, each once.
    pub(in crate::simulation) fn peers(&self, node: usize) -> BTreeSet<usize> {
        let is_over = |end: &End| !end.in_handshake;
        let ends = self.ends_of(node).map(|(_, end)| end).filter(|end| is_over(end));
        let peers = ends.filter(|end| end.other.and_then(|other| self.ends.get(&other)).is_some_and(is_over));
        peers.map(|end| end.other_node).collect()
    }

    /// Since when two nodes are connected.
    pub(in crate::simulation) fn connected_since(&self, node: usize, other: usize) -> Option<Duration> {
        let between = |end: &&End| end.other_node == other && !end.in_handshake;
        let has_other = |end: &&End| end.other.is_some_and(|other| self.ends.contains_key(&other));
        self.ends_of(node).map(|(_, end)| end).filter(between).filter(has_other).map(|end| end.since).max()
    }

    /// Whether a scenario has lost messages on a connection that a node has.
    pub(in crate::simulation) fn is_lossy(&self, node: usize) -> bool {
        let Some(books) = &self.books else { return false };
        let is_lossy = |id: &StreamId| books.is_lossy(*id);
        self.ends_of(node).any(|(id, end)| is_lossy(&id) || end.other.as_ref().is_some_and(is_lossy))
    }

    /// Two nodes between which something is on its way that changes what they know of each other: not signs of life,
    /// commands of stores and attempts to connect. Connections that a partition is about to break are among that.
    pub(in crate::simulation) fn underway(&self) -> Option<(usize, usize)> {
        let is_linked = |stream: &StreamId| self.ends.get(stream).is_some_and(|end| end.other.is_some());
        let changes_something = |flight: &&Flight| match &flight.freight {
            Freight::Connect { .. } | Freight::Opened { .. } => false,
            Freight::Bytes { stream, passages, .. } => {
                let says_little = |passage: &Passage| matches!(passage.kind, "command" | "ping" | "pong");
                is_linked(stream) && !passages.iter().all(says_little)
            }
            Freight::Over { stream, .. } => is_linked(stream),
        };
        let flights = self.flights.iter().map(|Reverse(flight)| flight).chain(&self.stuck);
        let flight = flights.filter(changes_something).map(|flight| (flight.from, flight.to)).next();
        let read = || self.stations.iter().position(|station| !station.mail.is_empty()).map(|node| (node, node));
        let kept = || self.ends.values().find(|end| !end.kept.is_empty()).map(|end| (end.other_node, end.node));
        flight.or_else(read).or_else(kept)
    }

    pub(in crate::simulation) fn remembered(&self) -> impl Iterator<Item = &Passage> {
        self.remembered.iter()
    }

    pub(super) fn remember(&mut self, passage: Passage) {
        // Signs of life explain nothing.
        if !matches!((passage.kind, &*passage.what), ("ping" | "pong", _) | ("command", "keepalive" | "cumulative_ack"))
        {
            if self.remembered.len() >= REMEMBERED {
                self.remembered.pop_front();
            }
            self.remembered.push_back(passage.clone());
        }
        if let Some(trace) = &mut self.trace {
            trace.push(passage);
        }
    }

    /// Those that show a certificate.
    pub(in crate::simulation) fn secured(&self) -> Vec<(usize, Security)> {
        let all = self.stations.iter().map(|station| &station.security).enumerate();
        all.filter(|(_, security)| !security.certificate.is_empty())
            .map(|(node, found)| (node, found.clone()))
            .collect()
    }

    pub(in crate::simulation) fn has_mail(&self, node: usize) -> bool {
        self.stations.get(node).is_some_and(|station| !station.mail.is_empty())
    }

    /// When something arrives next.
    pub(in crate::simulation) fn next_arrival(&self) -> Option<Duration> {
        self.flights.peek().map(|Reverse(flight)| flight.at)
    }
}
