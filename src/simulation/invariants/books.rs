//! What is kept book of while messages pass between nodes.

use std::collections::BTreeMap;
use std::time::Duration;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::events::EventBook;
use super::logs::LogBook;
use crate::network::StreamId;
use crate::wire::{Envelope, Kind};

/// The books of a run.
#[derive(Default)]
pub(in crate::simulation) struct Books {
    pub(super) events: EventBook,
    pub(super) logs: LogBook,
    /// Connections that are over and whose nodes do not know it yet.
    closing: BTreeMap<StreamId, Closing>,
    /// Connections on which a scenario has lost messages.
    lossy: FxHashSet<StreamId>,
    /// What a scenario repeats counts as sent so often. Not so in tests, where it is a fault of the network.
    pub(super) forgives_no_copies: bool,
}

/// A connection that is over.
struct Closing {
    /// The node at the other end.
    other: usize,
    /// Whether this side has written something that the other one has not taken.
    has_left_some: bool,
}

/// Something that must not happen: on which node, and what came of which sender.
pub(super) struct Seen {
    pub(super) node: usize,
    pub(super) sender: usize,
    pub(super) what: String,
}

/// A frame that a node writes.
pub(in crate::simulation) struct Written<'a> {
    pub(in crate::simulation) now: Duration,
    pub(in crate::simulation) stream: StreamId,
    pub(in crate::simulation) node: usize,
    pub(in crate::simulation) content: &'a [u8],
    pub(in crate::simulation) in_handshake: bool,
    /// How often a scenario lets it come: once, if it leaves it alone.
    pub(in crate::simulation) copies: u32,
}

impl Books {
    pub(in crate::simulation) fn written(&mut self, written: &Written<'_>) {
        let envelope = if written.in_handshake { None } else { data_envelope(written.content) };
        let Some(envelope) = envelope else {
            if written.copies == 0 {
                self.lossy.insert(written.stream);
            }
            return;
        };
        // Nobody can pass on what a node says before the node itself has said something.
        self.events.first_seen(envelope.sender, written.node);
        self.logs.first_seen(envelope.sender, written.node);
        let copies = if self.forgives_no_copies { written.copies.min(1) } else { written.copies };
        self.events.sent(written.now, written.stream, written.node, &envelope, copies);
        match copies {
            0 => {
                self.lossy.insert(written.stream);
                self.logs.lost(written.node);
            }
            1 => {}
            _ => self.logs.repeated(written.node),
        }
    }

    /// Frames have come to a node.
    pub(in crate::simulation) fn arrived(&mut self, node: usize, frames: &[u8]) {
        let mut rest = frames;
        while let Some((length, behind)) = rest.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length) as usize;
            let Some((content, behind)) = behind.split_at_checked(length) else { return };
            rest = behind;
            if let Some(envelope) = data_envelope(content) {
                self.events.came(node, &envelope);
            }
        }
    }

    /// A connection is over; the node on this side is not told yet.
    pub(in crate::simulation) fn closing(&mut self, stream: StreamId, other: usize, has_left_some: bool) {
        self.closing.insert(stream, Closing { other, has_left_some });
        self.lossy.remove(&stream);
    }

    /// A node writes to a connection that is over.
    pub(in crate::simulation) fn written_in_vain(&mut self, stream: StreamId) {
        if let Some(closing) = self.closing.get_mut(&stream) {
            closing.has_left_some = true;
        }
    }

    /// The node on this side was told.
    pub(in crate::simulation) fn closed(&mut self, stream: StreamId, node: usize) {
        if let Some(Closing { other, has_left_some: true }) = self.closing.remove(&stream) {
            self.logs.cut_off(node, other);
        }
    }

    /// A node has closed a connection itself, as when its process ended.
    pub(in crate::simulation) fn gave_up(&mut self, stream: StreamId, node: usize, other: usize, has_left_some: bool) {
        self.lossy.remove(&stream);
        if has_left_some {
            self.logs.cut_off(node, other);
        }
    }

    /// A node's process has ended, with so many unsent records if it did as it was asked to.
    pub(in crate::simulation) fn ended(&mut self, node: usize, unsent: Option<usize>) {
        if let Some(unsent) = unsent {
            self.logs.ended_in_order(node, unsent);
        }
        self.logs.lost(node);
    }

    pub(super) fn is_long(&self) -> bool {
        self.events.is_long() || self.logs.is_long()
    }

    /// Forgets what nothing can come of any more, since the cluster is calm.
    pub(super) fn forget(&mut self) {
        if self.events.is_long() {
            self.events.forget();
        }
        self.logs.forget();
    }

    /// A scenario has filled the disk of a node.
    pub(in crate::simulation) fn filled(&mut self, node: usize) {
        self.logs.filled(node);
    }

    /// What was seen to be wrong.
    pub(super) fn take_seen(&mut self) -> Vec<(&'static str, Seen)> {
        let events = self.events.seen.drain(..).map(|seen| ("events", seen));
        events.chain(self.logs.seen.drain(..).map(|seen| ("logs", seen))).collect()
    }

    pub(super) fn has_seen_any(&self) -> bool {
        !(self.events.seen.is_empty() && self.logs.seen.is_empty())
    }

    pub(in crate::simulation) fn is_lossy(&self, stream: StreamId) -> bool {
        self.lossy.contains(&stream)
    }
}

/// Counts one more of something; how often it is there now.
pub(super) fn count<T: PartialEq, const N: usize>(counts: &mut SmallVec<[(T, u32); N]>, what: T) -> u32 {
    match counts.iter_mut().find(|(known, _)| *known == what) {
        Some((_, count)) => {
            *count += 1;
            *count
        }
        None => {
            counts.push((what, 1));
            1
        }
    }
}

/// The highest of the counts.
pub(super) fn most<T, const N: usize>(counts: &SmallVec<[(T, u32); N]>) -> u32 {
    counts.iter().map(|(_, count)| *count).max().unwrap_or(0)
}

fn data_envelope(content: &[u8]) -> Option<Envelope<'_>> {
    Envelope::decode(content).ok().filter(|envelope| envelope.kind == Kind::Data)
}
