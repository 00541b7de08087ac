//! Partitions, what gets stuck in them and what breaks by them; and rules for messages.

use std::cmp::Reverse;
use std::time::Duration;

use super::flight::{Flight, Freight};
use super::{CONNECTION_TIMED_OUT, Network, reason};
use crate::network::{Event, StreamId};
use crate::simulation::faults::{Cut, Rule};

/// An attempt to connect that takes longer has failed, as in a real network.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A connection on which nothing arrives for so long has broken: what the keep-alive of a real one comes to.
const BROKEN_AFTER: Duration = Duration::from_mins(1);

impl Network {
    pub(super) fn are_cut(&self, one: usize, other: usize) -> bool {
        self.cuts.iter().any(|cut| cut.is_between(one, other))
    }

    /// What cannot get through waits, but not for ever.
    pub(super) fn get_stuck(&mut self, flight: Flight) {
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
    pub(in crate::simulation) fn cut(&mut self, cut: Cut) {
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

    /// Everything gets through again between two sets of nodes, or everywhere; what was stuck goes on.
    pub(in crate::simulation) fn heal(&mut self, between: Option<&Cut>) {
        self.cuts = between.map_or(Vec::new(), |healed| self.cuts.iter().flat_map(|cut| cut.without(healed)).collect());
        self.undisturbed_since = self.now;
        // Connections that were not given up yet are not going to be.
        let flights = std::mem::take(&mut self.flights).into_vec();
        let timed_out = reason(CONNECTION_TIMED_OUT);
        let gives_up = |flight: &Flight| match &flight.freight {
            Freight::Over { event: Event::Closed(stream, why), .. } if *why == timed_out => {
                let end = self.ends.get(stream).filter(|end| end.other.is_some());
                end.is_some_and(|end| !self.are_cut(end.node, end.other_node))
            }
            _ => false,
        };
        self.flights = flights.into_iter().filter(|Reverse(flight)| !gives_up(flight)).collect();
        // At once, so that nothing that was sent later on the same connection comes before it.
        for mut flight in std::mem::take(&mut self.stuck) {
            if self.are_cut(flight.from, flight.to) {
                self.stuck.push(flight);
            } else {
                flight.at = self.now;
                self.flights.push(Reverse(flight));
            }
        }
    }

    pub(in crate::simulation) fn add_rule(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    pub(in crate::simulation) fn clear_rules(&mut self) {
        self.rules.clear();
        self.undisturbed_since = self.now;
    }
}
