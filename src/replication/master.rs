//! The node that owns a store: everyone's writes in one order, each told to all clones.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use super::consumer::{Arrival, Consumer, Report};
use super::producer::{Answer, Producer, Resend};
use super::{HEARTBEAT, Outgoing, command, ticks};
use crate::store::{Entries, StoreError};
use crate::wire::{Command, CommandBody, Data, EndpointId, EntityId};

/// A clone that asks again within so many ticks after it was given everything has not got it yet.
const HAND_OVER_TIME: u64 = 10;

/// Of so many clones that are gone is known what they wrote.
const REMEMBERED: usize = 1024;

/// The master of a store.
pub struct Master {
    id: EntityId,
    entries: Entries,
    /// To the clones.
    output: Producer,
    /// Clones that have not acknowledged what they were given, and when that was.
    handed_over: BTreeMap<EntityId, u64>,
    /// From each clone that writes.
    inputs: BTreeMap<EntityId, Consumer>,
    /// From clones that are gone, the last one last. Those that come back send again what was not acknowledged, of which
    /// nothing may be done twice.
    absent: VecDeque<(EntityId, Consumer)>,
    /// Clones whose writes were done since the last word to them. They are told with what goes out next, which is after
    /// everything is safe: whoever takes this master's place would do again what they do not know to be done.
    owed: BTreeSet<EntityId>,
    outgoing: Vec<Outgoing>,
    tick: u64,
}

impl Master {
    pub fn new(id: EntityId, entries: Entries, now: Duration) -> Self {
        let tick = ticks(now);
        Master {
            id,
            entries,
            output: Producer::new(tick),
            handed_over: BTreeMap::new(),
            inputs: BTreeMap::new(),
            absent: VecDeque::new(),
            owed: BTreeSet::new(),
            outgoing: Vec::new(),
            tick,
        }
    }

    pub fn id(&self) -> EntityId {
        self.id
    }

    /// The entries, to look at.
    pub fn entries(&mut self) -> &mut Entries {
        &mut self.entries
    }

    /// The number of the last command to the clones.
    pub fn sequence(&self) -> u64 {
        self.output.sequence()
    }

    /// When the first entry expires, in nanoseconds since the epoch.
    pub fn next_expiry(&self) -> Option<i64> {
        self.entries.next_expiry()
    }

    /// Whether somebody listens or writes.
    pub fn has_clones(&self) -> bool {
        self.output.has_receivers() || !self.inputs.is_empty()
    }

    /// Commands that are to be sent.
    pub fn take_outgoing(&mut self) -> Vec<Outgoing> {
        for writer in std::mem::take(&mut self.owed) {
            if let Some(sequence) = self.inputs.get(&writer).map(Consumer::acknowledged) {
                self.say(writer, CommandBody::CumulativeAck { sequence });
            }
        }
        std::mem::take(&mut self.outgoing)
    }

    /// Does what a script of this node asks for. `clock`: nanoseconds since the epoch.
    pub fn change(&mut self, body: CommandBody, clock: i64) -> Result<(), StoreError> {
        self.perform(body, clock)
    }

    /// Sets the value of a key that has none; whether it had none.
    pub fn put_unique(
        &mut self,
        key: Data,
        value: Data,
        lifetime: Option<i64>,
        clock: i64,
    ) -> Result<bool, StoreError> {
        self.expire(clock);
        self.insert(key, value, lifetime, (self.id, 0), self.id, clock)
    }

    /// Puts what is not there yet, and tells everyone, and the one who asked with this request.
    fn insert(
        &mut self,
        key: Data,
        value: Data,
        lifetime: Option<i64>,
        (who, request): (EntityId, u64),
        publisher: EntityId,
        clock: i64,
    ) -> Result<bool, StoreError> {
        let put =
            self.told(|| CommandBody::Put { key: key.clone(), value: value.clone(), expiry: lifetime, publisher });
        let inserted = self.entries.put_unique(clock, key, value, lifetime);
        let is_in = matches!(inserted, Ok(true));
        self.broadcast(put.filter(|_| is_in));
        let publisher = self.id;
        let answer = self.told(|| CommandBody::PutUniqueResult { inserted: is_in, who, request, publisher });
        self.broadcast(answer);
        inserted
    }

    /// Brings all changes to where they are safe from a crash. To be called before anybody gets an answer.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.entries.commit()
    }

    fn expire(&mut self, clock: i64) {
        for key in self.entries.take_expired(clock).unwrap_or_default() {
            let body = self.told(|| CommandBody::Expire { key, publisher: self.id });
            self.broadcast(body);
        }
    }

    /// A command came from another node. `now`: for the channels; `clock`: nanoseconds since the epoch.
    pub fn receive(&mut self, from: EndpointId, incoming: Command, now: Duration, clock: i64) {
        self.tick = ticks(now);
        let Command { sequence, sender, receiver, body } = incoming;
        // Nobody speaks for another node, and what is for another entity is not for this one.
        if sender.endpoint != from || !(receiver.is_nil() || receiver == self.id) {
            return;
        }
        match body {
            CommandBody::Nack { sequences } => self.refused(sender, &sequences, clock),
            CommandBody::CumulativeAck { sequence } => {
                if self.output.acknowledge(sender, sequence, self.tick) {
                    self.handed_over.remove(&sender);
                }
            }
            CommandBody::AttachWriter { offset, heartbeat } => {
                let sequence = self.welcome(sender, offset, heartbeat);
                self.say(sender, CommandBody::CumulativeAck { sequence });
            }
            CommandBody::Keepalive { sequence } => {
                if let Some(input) = self.inputs.get_mut(&sender) {
                    input.told(sequence);
                }
            }
            CommandBody::RetransmitFailed { sequence } => self.arrived(sender, sequence, Arrival::Lost, clock),
            CommandBody::AckClone { .. } | CommandBody::PutUniqueResult { .. } | CommandBody::Expire { .. } => {}
            action => self.arrived(sender, sequence, Arrival::Action(action), clock),
        }
    }

    /// Looks at the channels and at what has expired; to be called every [`super::TICK`].
    pub fn advance(&mut self, now: Duration, clock: i64) {
        let tick = ticks(now);
        if tick == self.tick {
            return;
        }
        self.tick = tick;
        self.expire(clock);
        let (due, gone) = self.output.tick(tick);
        if due {
            let body = CommandBody::Keepalive { sequence: self.output.sequence() };
            self.outgoing
                .push(Outgoing { receiver: EndpointId::NIL, command: command(0, self.id, EntityId::NIL, body) });
        }
        gone.into_iter().for_each(|clone| self.forget(clone));
        let writers: Vec<EntityId> = self.inputs.keys().copied().collect();
        for writer in writers {
            match self.inputs.get_mut(&writer).map(Consumer::tick) {
                Some(Report::Acknowledge(sequence)) => self.say(writer, CommandBody::CumulativeAck { sequence }),
                Some(Report::Missing(sequences)) => self.say(writer, CommandBody::Nack { sequences }),
                _ => {}
            }
        }
    }

    /// A clone will write behind a number; gives the number up to which everything has been done.
    fn welcome(&mut self, writer: EntityId, offset: u64, heartbeat: u16) -> u64 {
        let before = self.absent.iter().position(|(id, _)| *id == writer).and_then(|place| self.absent.remove(place));
        let input = match before {
            Some((_, consumer)) => self.inputs.entry(writer).or_insert(consumer),
            None => self.inputs.entry(writer).or_insert_with(|| Consumer::new(offset, heartbeat)),
        };
        // What lies between has been given up.
        if input.acknowledged() < offset {
            *input = Consumer::new(offset, heartbeat);
        }
        input.acknowledged()
    }

    /// The peering with a node is over: its clones start anew when they come back.
    pub fn lost(&mut self, endpoint: EndpointId) {
        let clones: Vec<EntityId> =
            self.inputs.keys().chain(self.handed_over.keys()).filter(|id| id.endpoint == endpoint).copied().collect();
        clones.into_iter().for_each(|clone| self.forget(clone));
        for clone in self.output.receivers().filter(|id| id.endpoint == endpoint).collect::<Vec<_>>() {
            self.forget(clone);
        }
    }

    fn forget(&mut self, clone: EntityId) {
        self.output.remove(clone);
        self.handed_over.remove(&clone);
        if let Some(mut input) = self.inputs.remove(&clone) {
            input.pause();
            self.absent.push_back((clone, input));
            if self.absent.len() > REMEMBERED {
                self.absent.pop_front();
            }
        }
    }

    fn refused(&mut self, clone: EntityId, sequences: &[u64], clock: i64) {
        match self.output.refuse(clone, sequences, self.tick) {
            Answer::Nothing => {}
            Answer::Dropped => self.forget(clone),
            Answer::Handshake(_) => self.hand_over(clone, clock),
            Answer::Resend(commands) => {
                for (sequence, resend) in commands {
                    let (sequence, receiver, body) = match resend {
                        Resend::Action(body) => (sequence, EntityId::NIL, body),
                        Resend::Gone => (0, clone, CommandBody::RetransmitFailed { sequence }),
                    };
                    let command = command(sequence, self.id, receiver, body);
                    self.outgoing.push(Outgoing { receiver: clone.endpoint, command });
                }
            }
        }
    }

    /// Gives a clone all entries as of now. It asks again where that gets lost.
    fn hand_over(&mut self, clone: EntityId, clock: i64) {
        let is_on_the_way = |at: &u64| self.tick.saturating_sub(*at) < HAND_OVER_TIME;
        if self.handed_over.get(&clone).is_some_and(is_on_the_way) {
            return;
        }
        self.expire(clock);
        // Without its entries a clone is of no use; it asks again.
        let Ok(state) = self.entries.all(clock) else { return };
        let offset = self.output.sequence();
        self.output.add(clone, offset, self.tick);
        self.handed_over.insert(clone, self.tick);
        let body = CommandBody::AckClone { offset, heartbeat: HEARTBEAT, state };
        let command = command(offset, self.id, clone, body);
        self.outgoing.push(Outgoing { receiver: clone.endpoint, command });
    }

    fn arrived(&mut self, writer: EntityId, sequence: u64, arrival: Arrival, clock: i64) {
        let Some(input) = self.inputs.get_mut(&writer) else { return };
        let arrivals = input.take(sequence, arrival);
        if !arrivals.is_empty() {
            self.owed.insert(writer);
        }
        for arrival in arrivals {
            if let Arrival::Action(action) = arrival {
                // What a clone asked for and cannot be done changes nothing, as with Broker.
                let _ = self.perform(action, clock);
            }
        }
    }

    fn perform(&mut self, action: CommandBody, now: i64) -> Result<(), StoreError> {
        self.expire(now);
        match action {
            CommandBody::Put { key, value, expiry, publisher } => {
                let told = self.told(|| CommandBody::Put { key: key.clone(), value: value.clone(), expiry, publisher });
                self.entries.put(now, key, value, expiry)?;
                self.broadcast(told);
                Ok(())
            }
            CommandBody::PutUnique { key, value, expiry, who, request, publisher } => {
                self.insert(key, value, expiry, (who, request), publisher, now).map(drop)
            }
            CommandBody::Erase { key, publisher } => {
                if self.entries.erase(now, &key)? {
                    let told = self.told(|| CommandBody::Erase { key, publisher });
                    self.broadcast(told);
                }
                Ok(())
            }
            CommandBody::Add { key, value, initial, expiry, publisher } => {
                self.entries.add(now, &key, &value, initial, expiry)?;
                self.tell_value(now, key, publisher)
            }
            CommandBody::Subtract { key, value, expiry, publisher } => {
                self.entries.subtract(now, &key, &value, expiry)?;
                self.tell_value(now, key, publisher)
            }
            CommandBody::Clear { publisher } => {
                self.entries.clear()?;
                let told = self.told(|| CommandBody::Clear { publisher });
                self.broadcast(told);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What a change in place led to.
    fn tell_value(&mut self, now: i64, key: Data, publisher: EntityId) -> Result<(), StoreError> {
        if self.output.has_receivers() {
            let value = self.entries.get(now, &key)?;
            self.broadcast(Some(CommandBody::Put { key, value, expiry: None, publisher }));
        }
        Ok(())
    }

    /// What clones are to be told, where there are any: without them nothing is said, and the count stands still.
    fn told(&self, body: impl FnOnce() -> CommandBody) -> Option<CommandBody> {
        self.output.has_receivers().then(body)
    }

    fn broadcast(&mut self, body: Option<CommandBody>) {
        let Some(body) = body else { return };
        let sequence = self.output.produce(body.clone(), self.tick);
        let command = command(sequence, self.id, EntityId::NIL, body);
        self.outgoing.push(Outgoing { receiver: EndpointId::NIL, command });
    }

    fn say(&mut self, to: EntityId, body: CommandBody) {
        let command = command(0, self.id, to, body);
        self.outgoing.push(Outgoing { receiver: to.endpoint, command });
    }
}
