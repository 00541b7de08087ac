//! The sending end of a channel: numbers what it sends, and keeps it until everyone has it.

use std::collections::{BTreeMap, VecDeque};

use super::{HEARTBEAT, MISSED_HEARTBEATS};
use crate::wire::{CommandBody, EntityId};

/// What is known of one receiver.
#[derive(Debug)]
struct Path {
    /// It takes what comes behind this.
    offset: u64,
    /// It has everything up to here; 0 before its first word.
    acknowledged: u64,
    /// The tick of its last sign of life.
    seen: u64,
}

/// What a refusal of order leads to.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    Nothing,
    /// The receiver is new, or asks again for where to start: behind this number.
    Handshake(u64),
    /// These again.
    Resend(Vec<(u64, Resend)>),
    /// It does not keep to the rules.
    Dropped,
}

/// One command that was asked for again.
#[derive(Debug, PartialEq)]
pub(super) enum Resend {
    Action(CommandBody),
    Gone,
}

#[derive(Debug)]
pub(super) struct Producer {
    /// The number of the last command.
    sequence: u64,
    /// Commands that some receiver does not have for sure.
    kept: VecDeque<(u64, CommandBody)>,
    paths: BTreeMap<EntityId, Path>,
    /// The tick of the last broadcast.
    spoke: u64,
}

impl Producer {
    pub(super) fn new(tick: u64) -> Self {
        Producer { sequence: 1, kept: VecDeque::new(), paths: BTreeMap::new(), spoke: tick }
    }

    pub(super) fn sequence(&self) -> u64 {
        self.sequence
    }

    pub(super) fn has_receivers(&self) -> bool {
        !self.paths.is_empty()
    }

    /// Everything that every receiver has for sure.
    pub(super) fn acknowledged(&self) -> u64 {
        self.sequence - self.kept.len() as u64
    }

    /// How many commands wait to be acknowledged.
    pub(super) fn unacknowledged(&self) -> usize {
        self.kept.len()
    }

    /// Forgets commands that wait, for good.
    pub(super) fn forget(&mut self) {
        self.kept.clear();
    }

    /// Numbers a command, which is to be sent to everyone.
    pub(super) fn produce(&mut self, body: CommandBody, tick: u64) -> u64 {
        self.sequence += 1;
        self.kept.push_back((self.sequence, body));
        self.spoke = tick;
        self.sequence
    }

    /// Takes a receiver in. It gets what comes behind the number that this gives.
    pub(super) fn add(&mut self, receiver: EntityId, offset: u64, tick: u64) {
        self.paths.insert(receiver, Path { offset, acknowledged: 0, seen: tick });
    }

    /// Forgets a receiver and what only it did not have.
    pub(super) fn remove(&mut self, receiver: EntityId) {
        self.paths.remove(&receiver);
        if self.paths.is_empty() {
            self.kept.clear();
        } else {
            self.trim();
        }
    }

    /// Forgets the only receiver, but nothing of what it did not have: another one will take it.
    pub(super) fn leave(&mut self, receiver: EntityId) {
        self.paths.remove(&receiver);
    }

    pub(super) fn receivers(&self) -> impl Iterator<Item = EntityId> {
        self.paths.keys().copied()
    }

    /// A receiver has everything up to a number. Whether this was its first word.
    pub(super) fn acknowledge(&mut self, receiver: EntityId, sequence: u64, tick: u64) -> bool {
        let most = self.sequence;
        let Some(path) = self.paths.get_mut(&receiver) else { return false };
        path.seen = tick;
        if sequence < path.acknowledged || sequence > most {
            return false;
        }
        let first = path.acknowledged == 0;
        path.acknowledged = sequence;
        self.trim();
        first
    }

    /// A receiver misses commands; `[0]` asks for a start.
    pub(super) fn refuse(&mut self, receiver: EntityId, missing: &[u64], tick: u64) -> Answer {
        let (Some(first), true) = (missing.first().copied(), missing.is_sorted()) else {
            return Answer::Dropped;
        };
        match self.paths.get_mut(&receiver) {
            None if missing == [0] => {
                self.add(receiver, self.sequence, tick);
                return Answer::Handshake(self.sequence);
            }
            None => return Answer::Nothing,
            Some(path) => {
                path.seen = tick;
                if first == 0 {
                    return Answer::Handshake(path.offset);
                }
            }
        }
        self.acknowledge(receiver, first - 1, tick);
        let found = |sequence: &u64| {
            let kept = self.kept.iter().find(|(number, _)| number == sequence);
            (*sequence, kept.map_or(Resend::Gone, |(_, body)| Resend::Action(body.clone())))
        };
        Answer::Resend(missing.iter().map(found).collect())
    }

    /// Everything that is kept, in order.
    pub(super) fn kept(&self) -> impl Iterator<Item = &(u64, CommandBody)> {
        self.kept.iter()
    }

    /// Whether it is time for a sign of life; gives up receivers that gave none.
    pub(super) fn tick(&mut self, tick: u64) -> (bool, Vec<EntityId>) {
        let limit = u64::from(HEARTBEAT) * MISSED_HEARTBEATS;
        let silent = |path: &Path| tick.saturating_sub(path.seen) >= limit;
        let gone: Vec<EntityId> = self.paths.iter().filter(|(_, path)| silent(path)).map(|(id, _)| *id).collect();
        gone.iter().for_each(|receiver| self.leave(*receiver));
        let due = tick.saturating_sub(self.spoke) >= u64::from(HEARTBEAT);
        if due {
            self.spoke = tick;
        }
        (due, gone)
    }

    /// Lets go of what every receiver has.
    fn trim(&mut self) {
        let Some(least) = self.paths.values().map(|path| path.acknowledged).min() else { return };
        while self.kept.front().is_some_and(|(sequence, _)| *sequence <= least) {
            self.kept.pop_front();
        }
    }
}
