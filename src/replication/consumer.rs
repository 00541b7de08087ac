//! The receiving end of a channel: puts commands in order, and notices what is missing.

use std::collections::BTreeMap;

use super::PATIENCE;
use crate::wire::CommandBody;

/// More than this may not be missing at once; what lies further ahead is dropped and asked for later.
const WINDOW: u64 = 1 << 16;

/// What comes out of a channel, in order.
#[derive(Debug, PartialEq)]
pub(super) enum Arrival {
    Action(CommandBody),
    /// A command that nobody has any more.
    Lost,
}

/// What there is to tell the producer.
#[derive(Debug, PartialEq)]
pub(super) enum Report {
    Nothing,
    /// Everything up to this number is here.
    Acknowledge(u64),
    Missing(Vec<u64>),
}

#[derive(Debug)]
pub(super) struct Consumer {
    /// The number that is waited for.
    next: u64,
    /// One more than the highest number that is known to exist.
    last: u64,
    early: BTreeMap<u64, Arrival>,
    /// Ticks between two acknowledgements.
    heartbeat: u16,
    /// Ticks without progress.
    idle: u16,
    /// Ticks since the last acknowledgement.
    silent: u16,
    progressed: bool,
}

impl Consumer {
    /// Takes what comes behind the offset.
    pub(super) fn new(offset: u64, heartbeat: u16) -> Self {
        Consumer {
            next: offset + 1,
            last: offset + 1,
            early: BTreeMap::new(),
            heartbeat: heartbeat.max(1),
            idle: 0,
            silent: 0,
            progressed: false,
        }
    }

    /// Everything up to this number is here.
    pub(super) fn acknowledged(&self) -> u64 {
        self.next - 1
    }

    /// The producer is gone, and will send again what is not acknowledged.
    pub(super) fn pause(&mut self) {
        self.early.clear();
        self.last = self.next;
    }

    /// A command came; everything that is in order now comes out.
    pub(super) fn take(&mut self, sequence: u64, arrival: Arrival) -> Vec<Arrival> {
        if sequence < self.next || sequence >= self.next.saturating_add(WINDOW) {
            return Vec::new();
        }
        self.last = self.last.max(sequence + 1);
        let mut ready = Vec::new();
        if sequence == self.next {
            ready.push(arrival);
            self.next += 1;
            while let Some(arrival) = self.early.remove(&self.next) {
                ready.push(arrival);
                self.next += 1;
            }
            self.progressed = true;
        } else {
            self.early.entry(sequence).or_insert(arrival);
        }
        ready
    }

    /// The producer has come this far.
    pub(super) fn told(&mut self, sequence: u64) {
        self.last = self.last.max(sequence.saturating_add(1).min(self.next.saturating_add(WINDOW)));
    }

    pub(super) fn tick(&mut self) -> Report {
        self.idle = if std::mem::take(&mut self.progressed) { 0 } else { self.idle.saturating_add(1) };
        self.silent = self.silent.saturating_add(1);
        if self.next < self.last && self.idle >= PATIENCE {
            self.idle = 0;
            let missing = (self.next..self.last).filter(|number| !self.early.contains_key(number)).collect();
            return Report::Missing(missing);
        }
        if self.silent >= self.heartbeat {
            self.silent = 0;
            return Report::Acknowledge(self.next - 1);
        }
        Report::Nothing
    }
}
