//! No event comes twice: of each sender a node gets the same message, by topic and content, no more often than the sender
//! has sent it.
//!
//! A sender may say the same twice. What it writes to several peers at one moment is one message; what a scenario repeats
//! counts as sent so often. This is seen and told when it happens.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;

use super::books::{Seen, count, most};
use super::{Breach, Moment, Simulation};
use crate::network::StreamId;
use crate::wire::{EndpointId, Envelope, EventReader};

/// Messages that are remembered where the cluster is calm. Then none is underway, so that nothing may come of them.
const MOST_REMEMBERED: usize = 10_000;

/// A message and who said it.
type Key = (EndpointId, u64);

/// How often one message was sent, and how often it came.
#[derive(Default)]
struct Traffic {
    sent: u32,
    /// When it was sent last, and on which connections how often at that time.
    at: Duration,
    streams: SmallVec<[(StreamId, u32); 4]>,
    came: SmallVec<[(usize, u32); 4]>,
}

#[derive(Default)]
pub(super) struct EventBook {
    nodes: BTreeMap<EndpointId, usize>,
    traffic: FxHashMap<Key, Traffic>,
    pub(super) seen: Vec<Seen>,
}

fn key(envelope: &Envelope<'_>) -> Key {
    let mut hasher = FxHasher::default();
    envelope.topic.hash(&mut hasher);
    envelope.payload.hash(&mut hasher);
    (envelope.sender, hasher.finish())
}

impl EventBook {
    pub(super) fn is_long(&self) -> bool {
        self.traffic.len() > MOST_REMEMBERED
    }

    /// Nothing is underway any more.
    pub(super) fn forget(&mut self) {
        self.traffic.clear();
    }

    pub(super) fn first_seen(&mut self, endpoint: EndpointId, node: usize) {
        self.nodes.entry(endpoint).or_insert(node);
    }

    pub(super) fn sent(&mut self, now: Duration, stream: StreamId, node: usize, envelope: &Envelope<'_>, copies: u32) {
        if EventReader::new(envelope.payload).is_none() {
            return;
        }
        let traffic = self.traffic.entry(key(envelope)).or_default();
        traffic.sent += copies.saturating_sub(1);
        // Who passes on what another has sent sends nothing new.
        if self.nodes.get(&envelope.sender) != Some(&node) {
            return;
        }
        if traffic.at != now {
            traffic.at = now;
            traffic.streams.clear();
        }
        let most = most(&traffic.streams);
        if count(&mut traffic.streams, stream) > most {
            traffic.sent += 1;
        }
    }

    pub(super) fn came(&mut self, node: usize, envelope: &Envelope<'_>) {
        let Some(event) = EventReader::new(envelope.payload) else { return };
        let Some(sender) = self.nodes.get(&envelope.sender).copied() else { return };
        let traffic = self.traffic.entry(key(envelope)).or_default();
        let came = count(&mut traffic.came, node);
        if came > traffic.sent {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let (name, topic, sent) = (text(event.name), text(envelope.topic), traffic.sent);
            let what = format!("{name} to {topic} with the same arguments came {came} times and was sent {sent} times");
            self.seen.push(Seen { node, sender, what });
        }
    }
}

/// What is wrong is seen when it happens.
pub(super) fn look(_simulation: &mut Simulation, _moment: Moment) -> Vec<Breach> {
    Vec::new()
}
