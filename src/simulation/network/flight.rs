//! What is on its way between nodes, in the order in which it arrives.

use std::cmp::Ordering;
use std::time::Duration;

use crate::network::{Event, StreamId};
use crate::simulation::passage::Passage;

/// Something on its way.
pub(super) enum Freight {
    Connect {
        from: StreamId,
        address: String,
        port: u16,
    },
    Opened {
        stream: StreamId,
        other: StreamId,
    },
    /// `taken` bytes of the other side are off its hands when these are read.
    Bytes {
        stream: StreamId,
        bytes: Vec<u8>,
        taken: usize,
        passages: Vec<Passage>,
    },
    Over {
        stream: StreamId,
        event: Event,
    },
}

pub(super) struct Flight {
    pub(super) at: Duration,
    /// Breaks ties: in the order of sending.
    pub(super) number: u64,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) freight: Freight,
}

impl PartialEq for Flight {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Flight {}

impl PartialOrd for Flight {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Flight {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}
