//! What came in for this node, in one piece of memory however many messages they are.

use std::ops::Range;

use crate::wire::{EndpointId, Envelope, Kind};

#[derive(Debug)]
struct Entry {
    kind: Kind,
    sender: EndpointId,
    topic: Range<usize>,
    payload: Range<usize>,
}

/// Messages in the order in which they came.
#[derive(Debug, Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// A message for this node. Its kind is data or a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery<'a> {
    pub kind: Kind,
    pub sender: EndpointId,
    pub topic: &'a [u8],
    pub payload: &'a [u8],
}

impl Inbox {
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = Delivery<'_>> {
        let piece = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        self.entries.iter().map(move |entry| Delivery {
            kind: entry.kind,
            sender: entry.sender,
            topic: piece(&entry.topic),
            payload: piece(&entry.payload),
        })
    }

    /// Forgets the messages and keeps the memory, unless it has grown large.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.bytes.clear();
        self.bytes.shrink_to(1 << 20);
    }

    pub(super) fn push(&mut self, envelope: &Envelope<'_>) {
        let mut add = |bytes: &[u8]| {
            let start = self.bytes.len();
            self.bytes.extend_from_slice(bytes);
            start..self.bytes.len()
        };
        let (topic, payload) = (add(envelope.topic), add(envelope.payload));
        self.entries.push(Entry { kind: envelope.kind, sender: envelope.sender, topic, payload });
    }
}
