//! A master and its clones over a network that loses, doubles and reorders what it likes, by a seed.

use std::time::Duration;

use proptest::prelude::{any, proptest};

use super::{Clone, Intervals, Master, Outgoing, TICK, Unavailable};
use crate::store::{BACKENDS, Entries, Options};
use crate::wire::{Command, CommandBody, Data, DataType, EndpointId, EntityId};

const SECOND: Duration = Duration::from_secs(1);

fn entity(number: u8) -> EntityId {
    EntityId { endpoint: EndpointId([number; 16]), object: u64::from(number) }
}

fn entries() -> Entries {
    Entries::new((BACKENDS[0].open)(&Options::default()).unwrap()).unwrap()
}

fn intervals() -> Intervals {
    Intervals { resync: 10 * SECOND, stale: Some(300 * SECOND), mutation_buffer: 120 * SECOND }
}

/// Which of two messages get lost; numbers that look random and are the same for a seed.
struct Chance(u64);

impl Chance {
    fn one_in(&mut self, count: u64) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        count > 0 && (self.0 >> 33).is_multiple_of(count)
    }
}

struct World {
    master: Option<Master>,
    clones: Vec<Clone>,
    now: Duration,
    chance: Chance,
    /// Of so many messages one gets lost; 0 for none.
    loses: u64,
    on_the_way: Vec<(EndpointId, Outgoing)>,
}

impl World {
    fn new(clones: u8) -> Self {
        let now = 1000 * SECOND;
        World {
            master: Some(Master::new(entity(1), entries(), now)),
            clones: (0..clones).map(|number| Clone::new(entity(10 + number), intervals(), now)).collect(),
            now,
            chance: Chance(1),
            loses: 0,
            on_the_way: Vec::new(),
        }
    }

    fn clock(&self) -> i64 {
        self.now.as_nanos() as i64
    }

    fn deliver(&mut self) {
        loop {
            if let Some(master) = &mut self.master {
                let from = master.id().endpoint;
                self.on_the_way.extend(master.take_outgoing().into_iter().map(|outgoing| (from, outgoing)));
            }
            for clone in &mut self.clones {
                let from = clone.id().endpoint;
                self.on_the_way.extend(clone.take_outgoing().into_iter().map(|outgoing| (from, outgoing)));
            }
            if self.on_the_way.is_empty() {
                return;
            }
            for (from, outgoing) in std::mem::take(&mut self.on_the_way) {
                if self.chance.one_in(self.loses) {
                    continue;
                }
                if self.loses > 0 && self.chance.one_in(7) {
                    self.arrive(from, &outgoing);
                }
                self.arrive(from, &outgoing);
            }
        }
    }

    fn arrive(&mut self, from: EndpointId, outgoing: &Outgoing) {
        let (now, clock) = (self.now, self.clock());
        // What goes over the wire is what comes in.
        let mut bytes = Vec::new();
        outgoing.command.encode(&mut bytes);
        let command = Command::decode(&bytes).unwrap();
        let is_for = |id: EndpointId| id != from && (outgoing.receiver.is_nil() || outgoing.receiver == id);
        let from_master = from == entity(1).endpoint || from == entity(2).endpoint;
        if !from_master
            && let Some(master) = &mut self.master
            && is_for(master.id().endpoint)
        {
            master.receive(from, command.clone(), now, clock);
        }
        for clone in &mut self.clones {
            if from_master && is_for(clone.id().endpoint) {
                clone.receive(from, command.clone(), now);
            }
        }
    }

    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.now += TICK;
            let (now, clock) = (self.now, self.clock());
            if let Some(master) = &mut self.master {
                master.advance(now, clock);
            }
            self.clones.iter_mut().for_each(|clone| clone.advance(now));
            self.deliver();
        }
    }

    /// The connection of a clone and the master breaks.
    fn part(&mut self, clone: usize) {
        let clone = &mut self.clones[clone];
        if let Some(master) = &mut self.master {
            master.lost(clone.id().endpoint);
            clone.lost(master.id().endpoint, self.now);
        }
    }

    fn put(&mut self, clone: usize, key: &str, value: u64) -> Result<(), Unavailable> {
        let publisher = self.clones[clone].id();
        let (key, value) = (Data::string(key), Data::Count(value));
        self.clones[clone].write(CommandBody::Put { key, value, expiry: None, publisher }, self.now)
    }

    fn seen(&self, clone: usize, key: &str) -> Option<Data> {
        self.clones[clone].entries(self.now).unwrap().get(&Data::string(key)).cloned()
    }

    fn owned(&mut self, key: &str) -> Option<Data> {
        let clock = self.clock();
        self.master.as_mut().unwrap().entries().get(clock, &Data::string(key)).ok()
    }
}

#[test]
fn what_the_master_has_and_gets_shows_at_every_clone() {
    let mut world = World::new(2);
    let clock = world.clock();
    let publisher = entity(1);
    let put = |key: &str, value: u64, expiry: Option<i64>| CommandBody::Put {
        key: Data::string(key),
        value: Data::Count(value),
        expiry,
        publisher,
    };
    world.master.as_mut().unwrap().change(put("early", 1, None), clock).unwrap();
    assert_eq!(world.clones[0].entries(world.now).unwrap_err(), Unavailable::NotYet);
    world.pass(SECOND);
    let master = world.master.as_mut().unwrap();
    master.change(put("late", 2, None), clock).unwrap();
    let (key, value, initial) = (Data::string("late"), Data::Count(5), DataType::Count);
    master.change(CommandBody::Add { key, value, initial, expiry: None, publisher }, clock).unwrap();
    master.change(CommandBody::Erase { key: Data::string("early"), publisher }, clock).unwrap();
    world.deliver();
    for clone in 0..2 {
        assert_eq!((world.seen(clone, "early"), world.seen(clone, "late")), (None, Some(Data::Count(7))));
    }
}

#[test]
fn what_a_clone_writes_goes_to_the_master_and_comes_back_to_all() {
    let mut world = World::new(2);
    world.put(0, "before the master is found", 1).unwrap();
    world.pass(SECOND);
    world.put(1, "k", 2).unwrap();
    assert_eq!(world.seen(1, "k"), None, "only the master's echo shows");
    world.deliver();
    assert_eq!(world.seen(0, "k"), Some(Data::Count(2)));
    assert_eq!(world.seen(1, "before the master is found"), Some(Data::Count(1)));
    assert_eq!(world.owned("k"), Some(Data::Count(2)));
}

#[test]
fn of_two_clones_that_want_the_same_key_one_gets_it() {
    let mut world = World::new(2);
    world.pass(SECOND);
    let now = world.now;
    let requests: Vec<u64> = (0..2)
        .map(|clone| world.clones[clone].put_unique(Data::string("k"), Data::Count(clone as u64), None, now).unwrap())
        .collect();
    world.deliver();
    let answers: Vec<_> = world.clones.iter_mut().map(Clone::take_answers).collect();
    assert_eq!(answers, [vec![(requests[0], true)], vec![(requests[1], false)]]);
}

#[test]
fn entries_expire_everywhere_at_the_masters_time() {
    let mut world = World::new(1);
    world.pass(SECOND);
    let clock = world.clock();
    let lifetime = Some(1_000_000_000);
    let (key, value) = (Data::string("k"), Data::Count(1));
    let put = CommandBody::Put { key, value, expiry: lifetime, publisher: entity(1) };
    world.master.as_mut().unwrap().change(put, clock).unwrap();
    world.deliver();
    assert_eq!(world.seen(0, "k"), Some(Data::Count(1)));
    world.pass(2 * SECOND);
    assert_eq!(world.seen(0, "k"), None);
}

#[test]
fn a_clone_without_its_master_answers_until_it_is_stale_and_keeps_writes_for_a_while() {
    let mut world = World::new(1);
    world.put(0, "k", 1).unwrap();
    world.pass(SECOND);
    let master = world.master.take().unwrap();
    let now = world.now;
    world.clones[0].lost(master.id().endpoint, now);
    world.pass(100 * SECOND);
    assert_eq!(world.seen(0, "k"), Some(Data::Count(1)));
    world.put(0, "kept", 2).unwrap();
    world.pass(30 * SECOND);
    assert_eq!(world.put(0, "refused", 3), Err(Unavailable::Stale));
    assert_eq!(world.clones[0].take_lost(), 1);
    world.pass(200 * SECOND);
    assert_eq!(world.clones[0].entries(world.now), Err(Unavailable::Stale));
}

#[test]
fn a_master_that_was_started_anew_finds_its_clones_and_their_writes() {
    let mut world = World::new(2);
    world.put(0, "old", 1).unwrap();
    world.pass(SECOND);
    let mut old = world.master.take().unwrap();
    let now = world.now;
    world.clones.iter_mut().for_each(|clone| clone.lost(old.id().endpoint, now));
    world.put(0, "while it was away", 2).unwrap();
    world.pass(20 * SECOND);
    // What it had is still in its backend.
    let kept = std::mem::replace(old.entries(), entries());
    world.master = Some(Master::new(entity(2), kept, world.now));
    world.pass(11 * SECOND);
    for clone in 0..2 {
        assert_eq!(world.seen(clone, "old"), Some(Data::Count(1)));
        assert_eq!(world.seen(clone, "while it was away"), Some(Data::Count(2)));
    }
}

#[test]
fn what_was_done_before_the_master_was_killed_is_not_done_again() {
    let mut world = World::new(1);
    world.pass(SECOND);
    let publisher = world.clones[0].id();
    let add = || CommandBody::Add {
        key: Data::string("sum"),
        value: Data::Count(1),
        initial: DataType::Count,
        expiry: None,
        publisher,
    };
    for _ in 0..5 {
        let now = world.now;
        world.clones[0].write(add(), now).unwrap();
    }
    world.deliver();
    let mut old = world.master.take().unwrap();
    let now = world.now;
    world.clones[0].lost(old.id().endpoint, now);
    let kept = std::mem::replace(old.entries(), entries());
    world.master = Some(Master::new(entity(2), kept, world.now));
    world.pass(11 * SECOND);
    assert_eq!(world.seen(0, "sum"), Some(Data::Count(5)));
}

#[test]
fn what_is_given_up_is_not_waited_for() {
    let mut world = World::new(1);
    world.put(0, "done", 1).unwrap();
    world.pass(SECOND);
    world.part(0);
    let master = world.master.take();
    world.put(0, "given up", 2).unwrap();
    world.pass(130 * SECOND);
    assert_eq!(world.clones[0].take_lost(), 1);
    world.master = master;
    world.pass(20 * SECOND);
    world.put(0, "later", 3).unwrap();
    world.deliver();
    let owned = ["done", "given up", "later"].map(|key| world.owned(key));
    assert_eq!(owned, [Some(Data::Count(1)), None, Some(Data::Count(3))]);
}

#[test]
fn commands_of_others_are_not_believed() {
    let mut world = World::new(1);
    world.pass(SECOND);
    let now = world.now;
    let forged = |sender: EntityId| Command {
        sequence: 2,
        sender,
        receiver: EntityId::NIL,
        body: CommandBody::Put { key: Data::string("k"), value: Data::Count(1), expiry: None, publisher: sender },
    };
    // In the name of the master, from another node; and in its own name.
    world.clones[0].receive(EndpointId([9; 16]), forged(entity(1)), now);
    world.clones[0].receive(EndpointId([9; 16]), forged(entity(9)), now);
    assert_eq!(world.seen(0, "k"), None);
}

proptest! {
    #[test]
    fn nothing_is_lost_or_done_twice_over_a_bad_network(seed in any::<u64>(), loses in 2u64..10) {
        let mut world = World::new(2);
        world.chance = Chance(seed);
        world.loses = loses;
        for round in 0..60u64 {
            let clone = (round % 2) as usize;
            let publisher = world.clones[clone].id();
            let (key, value, initial) = (Data::string("sum"), Data::Count(1 << (round % 8)), DataType::Count);
            let body = CommandBody::Add { key, value, initial, expiry: None, publisher };
            world.clones[clone].write(body, world.now).unwrap();
            if world.chance.one_in(5) {
                // What was written may have arrived, and its acknowledgement not.
                world.deliver();
                world.part(clone);
            }
            world.pass(TICK);
        }
        world.loses = 0;
        world.pass(30 * SECOND);
        let sum: u64 = (0..60u64).map(|round| 1 << (round % 8)).sum();
        assert_eq!(world.owned("sum"), Some(Data::Count(sum)));
        for clone in 0..2 {
            assert_eq!(world.seen(clone, "sum"), Some(Data::Count(sum)));
        }
    }
}
