//! A copy of a store whose master is on another node: reads are answered here, writes go to the master and show here
//! when it has echoed them.
//!
//! Without a master a clone answers from what it has until that is stale, and keeps writes until its buffer's time is
//! over. When a master comes back, the same one or another, it gives everything anew, and gets what was kept.

use std::time::Duration;

use super::consumer::{Arrival, Consumer, Report};
use super::producer::{Answer, Producer, Resend};
use super::{HEARTBEAT, Outgoing, PATIENCE, command, ticks};
use crate::store::Replica;
use crate::wire::{Command, CommandBody, Data, EndpointId, EntityId};

/// How a clone behaves without its master (`Broker::default_clone_*_interval`).
#[derive(Clone, Copy, Debug)]
pub struct Intervals {
    /// The master is sought this often, once it has been sought in vain for as long.
    pub resync: Duration,
    /// Reads are answered for so long. `None`: for ever.
    pub stale: Option<Duration>,
    /// Writes are kept for so long.
    pub mutation_buffer: Duration,
}

/// Why a clone cannot do what it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unavailable {
    /// It has never had a master, and may have one soon.
    NotYet,
    /// It has been without one for too long.
    Stale,
}

/// A clone of a store.
pub struct Clone {
    id: EntityId,
    entries: Replica,
    master: Option<EntityId>,
    input: Option<Consumer>,
    output: Producer,
    /// The master takes writes.
    writing: bool,
    intervals: Intervals,
    /// Since when there is no master.
    away: Option<Duration>,
    was_attached: bool,
    /// When the master was last asked for everything.
    asked: Option<u64>,
    next_request: u64,
    answers: Vec<(u64, bool)>,
    /// Writes that were given up.
    lost: usize,
    outgoing: Vec<Outgoing>,
    tick: u64,
}

impl Clone {
    pub fn new(id: EntityId, intervals: Intervals, now: Duration) -> Self {
        Clone {
            id,
            entries: Replica::default(),
            master: None,
            input: None,
            output: Producer::new(ticks(now)),
            writing: false,
            intervals,
            away: Some(now),
            was_attached: false,
            asked: None,
            next_request: 0,
            answers: Vec::new(),
            lost: 0,
            outgoing: Vec::new(),
            tick: ticks(now),
        }
    }

    pub fn id(&self) -> EntityId {
        self.id
    }

    /// The endpoint of the master.
    pub fn master(&self) -> Option<EndpointId> {
        self.master.map(|master| master.endpoint)
    }

    /// The master.
    pub fn master_entity(&self) -> Option<EntityId> {
        self.master
    }

    /// Up to which number it has done what its master told, where it has been given everything.
    pub fn done(&self) -> Option<u64> {
        self.input.as_ref().map(Consumer::acknowledged)
    }

    /// What it has a copy of, reliable or not.
    pub fn copy(&self) -> &Replica {
        &self.entries
    }

    /// Commands that are to be sent.
    pub fn take_outgoing(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outgoing)
    }

    /// Answers of [`Clone::put_unique`] that have come: the request, and whether the value was put.
    pub fn take_answers(&mut self) -> Vec<(u64, bool)> {
        std::mem::take(&mut self.answers)
    }

    /// How many writes were given up since the last call.
    pub fn take_lost(&mut self) -> usize {
        std::mem::take(&mut self.lost)
    }

    /// How many entries it has a copy of, reliable or not.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The entries, where they may be relied on.
    pub fn entries(&self, now: Duration) -> Result<&Replica, Unavailable> {
        match (self.away, self.intervals.stale) {
            (Some(_), _) if !self.was_attached => Err(Unavailable::NotYet),
            (Some(since), Some(limit)) if now.saturating_sub(since) >= limit => Err(Unavailable::Stale),
            _ => Ok(&self.entries),
        }
    }

    /// Has the master do something. An error where there has been none for too long.
    pub fn write(&mut self, body: CommandBody, now: Duration) -> Result<(), Unavailable> {
        if self.gave_up(now) {
            return Err(Unavailable::Stale);
        }
        let sequence = self.output.produce(body.clone(), self.tick);
        if let Some(master) = self.master {
            self.outgoing
                .push(Outgoing { receiver: EndpointId::NIL, command: command(sequence, self.id, master, body) });
        }
        Ok(())
    }

    /// Sets the value of a key that has none. Gives the number of the request, which the answer will carry.
    pub fn put_unique(
        &mut self,
        key: Data,
        value: Data,
        expiry: Option<i64>,
        now: Duration,
    ) -> Result<u64, Unavailable> {
        self.next_request += 1;
        let request = self.next_request;
        let (who, publisher) = (self.id, self.id);
        self.write(CommandBody::PutUnique { key, value, expiry, who, request, publisher }, now)?;
        Ok(request)
    }

    /// A command came from another node.
    pub fn receive(&mut self, from: EndpointId, incoming: Command, now: Duration) {
        self.tick = ticks(now);
        let Command { sequence, sender, receiver, body } = incoming;
        if sender.endpoint != from {
            return;
        }
        if let CommandBody::AckClone { offset, heartbeat, state } = body {
            if receiver == self.id && self.input.is_none() {
                self.attach(sender, offset, heartbeat, state);
            }
            return;
        }
        if self.master != Some(sender) || !(receiver.is_nil() || receiver == self.id) {
            return;
        }
        match body {
            CommandBody::CumulativeAck { sequence } => {
                self.output.acknowledge(sender, sequence, self.tick);
                self.writing = true;
            }
            CommandBody::Nack { sequences } => self.refused(sender, &sequences),
            CommandBody::Keepalive { sequence } => {
                if let Some(input) = &mut self.input {
                    input.told(sequence);
                }
            }
            CommandBody::RetransmitFailed { sequence } => self.arrived(sequence, Arrival::Lost),
            CommandBody::AttachWriter { .. } => {}
            action => self.arrived(sequence, Arrival::Action(action)),
        }
    }

    /// Looks at the channels; to be called every [`super::TICK`].
    pub fn advance(&mut self, now: Duration) {
        let tick = ticks(now);
        if tick == self.tick && self.asked.is_some() {
            return;
        }
        self.tick = tick;
        if self.gave_up(now) {
            self.lost += self.output.unacknowledged();
            self.output.forget();
        }
        match self.input.as_mut().map(Consumer::tick) {
            None => self.seek(now),
            Some(Report::Acknowledge(sequence)) => self.tell(CommandBody::CumulativeAck { sequence }),
            Some(Report::Missing(sequences)) => self.tell(CommandBody::Nack { sequences }),
            Some(Report::Nothing) => {}
        }
        let (due, gone) = self.output.tick(tick);
        if let (true, Some(master)) = (due, self.master) {
            let body = CommandBody::Keepalive { sequence: self.output.sequence() };
            self.broadcast(command(0, self.id, EntityId::NIL, body));
            if !self.writing {
                self.introduce(master);
            }
        }
        if !gone.is_empty() {
            self.detach(now);
        }
    }

    /// Asks for its master with the next [`Clone::advance`], where it has none.
    pub fn seek_at_once(&mut self) {
        if self.input.is_none() {
            self.asked = None;
        }
    }

    /// The peering with a node is over.
    pub fn lost(&mut self, endpoint: EndpointId, now: Duration) {
        if self.master() == Some(endpoint) {
            self.detach(now);
        }
    }

    fn gave_up(&self, now: Duration) -> bool {
        self.away.is_some_and(|since| now.saturating_sub(since) >= self.intervals.mutation_buffer)
    }

    fn detach(&mut self, now: Duration) {
        if let Some(master) = self.master.take() {
            self.output.leave(master);
        }
        self.input = None;
        self.writing = false;
        self.asked = None;
        self.away = Some(now);
    }

    /// Asks whoever is master for everything: often at first, then as often as is set.
    fn seek(&mut self, now: Duration) {
        let patient = self.away.is_some_and(|since| now.saturating_sub(since) >= self.intervals.resync);
        let interval = if patient { ticks(self.intervals.resync) } else { u64::from(PATIENCE) };
        if self.asked.is_none_or(|asked| self.tick.saturating_sub(asked) >= interval) {
            self.asked = Some(self.tick);
            self.broadcast(command(0, self.id, EntityId::NIL, CommandBody::Nack { sequences: vec![0] }));
        }
    }

    fn attach(&mut self, master: EntityId, offset: u64, heartbeat: u16, state: Vec<(Data, Data)>) {
        self.entries = state.into_iter().collect();
        self.master = Some(master);
        self.input = Some(Consumer::new(offset, heartbeat));
        self.away = None;
        self.was_attached = true;
        self.writing = false;
        self.tell(CommandBody::CumulativeAck { sequence: offset });
        self.output.add(master, self.output.acknowledged(), self.tick);
        self.introduce(master);
        let kept: Vec<(u64, CommandBody)> = self.output.kept().cloned().collect();
        for (sequence, body) in kept {
            self.broadcast(command(sequence, self.id, master, body));
        }
    }

    /// Tells the master that there will be writes, and behind which number.
    fn introduce(&mut self, master: EntityId) {
        let body = CommandBody::AttachWriter { offset: self.output.acknowledged(), heartbeat: HEARTBEAT };
        self.broadcast(command(0, self.id, master, body));
    }

    fn refused(&mut self, master: EntityId, sequences: &[u64]) {
        match self.output.refuse(master, sequences, self.tick) {
            Answer::Nothing => {}
            // A master that does not keep to the rules is none.
            Answer::Dropped => self.writing = false,
            Answer::Handshake(_) => self.introduce(master),
            Answer::Resend(commands) => {
                for (sequence, resend) in commands {
                    let (sequence, body) = match resend {
                        Resend::Action(body) => (sequence, body),
                        Resend::Gone => (0, CommandBody::RetransmitFailed { sequence }),
                    };
                    self.broadcast(command(sequence, self.id, master, body));
                }
            }
        }
    }

    fn arrived(&mut self, sequence: u64, arrival: Arrival) {
        let Some(input) = &mut self.input else { return };
        for arrival in input.take(sequence, arrival) {
            match arrival {
                Arrival::Action(action) => self.perform(action),
                // With a change missing the copy is none any more: everything anew.
                Arrival::Lost => {
                    self.input = None;
                    self.asked = None;
                    return;
                }
            }
        }
    }

    fn perform(&mut self, action: CommandBody) {
        match action {
            CommandBody::Put { key, value, .. } => drop(self.entries.insert(key, value)),
            CommandBody::Erase { key, .. } | CommandBody::Expire { key, .. } => drop(self.entries.remove(&key)),
            CommandBody::Clear { .. } => self.entries.clear(),
            CommandBody::PutUniqueResult { inserted, who, request, .. } if who == self.id => {
                self.answers.push((request, inserted));
            }
            _ => {}
        }
    }

    fn broadcast(&mut self, command: Command) {
        self.outgoing.push(Outgoing { receiver: EndpointId::NIL, command });
    }

    fn tell(&mut self, body: CommandBody) {
        if let Some(master) = self.master {
            self.outgoing.push(Outgoing { receiver: master.endpoint, command: command(0, self.id, master, body) });
        }
    }
}
