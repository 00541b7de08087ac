//! Commands of stores: any bytes are a command or refused, and a master and a clone take any commands in any order.

use std::time::Duration;

use brood::replication::{Clone, Intervals, Master, TICK};
use brood::store::{Entries, Options, backend};
use brood::wire::{Command, CommandBody, DataType, EndpointId, EntityId};

use super::wire::data;
use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "stores", regressions: "stores", extension: "commands", memory: 512 << 20, generate, check };

/// The master, its clone, and another.
const ENTITIES: [u8; 3] = [1, 2, 3];

const MOST_COMMANDS: usize = 30;

fn entity(number: u8) -> EntityId {
    EntityId { endpoint: EndpointId([number; 16]), object: u64::from(number) }
}

fn some_entity(dice: &mut Dice) -> EntityId {
    if dice.chance(20) { EntityId::NIL } else { entity(ENTITIES[dice.below(ENTITIES.len())]) }
}

/// Commands one behind the other, each behind its length.
fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut out = Vec::new();
    for _ in 0..dice.few(MOST_COMMANDS) {
        let mut bytes = Vec::new();
        command(dice).encode(&mut bytes);
        if dice.chance(30) {
            bytes = mutate::change_bytes(dice, bytes);
        }
        out.extend_from_slice(&(bytes.len() as u16).to_be_bytes());
        out.extend_from_slice(&bytes);
    }
    out
}

fn command(dice: &mut Dice) -> Command {
    // Few numbers, so that many of them follow each other.
    let sequence = if dice.chance(90) { dice.below(8) as u64 } else { dice.number() };
    let (sender, publisher) = (entity(ENTITIES[dice.below(ENTITIES.len())]), some_entity(dice));
    let expiry = dice.chance(30).then(|| dice.number() as i64 >> dice.below(64));
    let (key, value) = (data(dice, 4), data(dice, 4));
    let body = match dice.below(14) {
        0 => CommandBody::Put { key, value, expiry, publisher },
        1 => CommandBody::PutUnique { key, value, expiry, who: some_entity(dice), request: sequence, publisher },
        2 => CommandBody::PutUniqueResult { inserted: true, who: some_entity(dice), request: sequence, publisher },
        3 => CommandBody::Erase { key, publisher },
        4 => CommandBody::Expire { key, publisher },
        5 => {
            let initial = DataType::from_number(dice.below(15) as u8).unwrap_or(DataType::None);
            CommandBody::Add { key, value, initial, expiry, publisher }
        }
        6 => CommandBody::Subtract { key, value, expiry, publisher },
        7 => CommandBody::Clear { publisher },
        8 => CommandBody::AttachWriter { offset: sequence, heartbeat: dice.below(10) as u16 },
        9 => CommandBody::Keepalive { sequence },
        10 => CommandBody::CumulativeAck { sequence },
        11 => CommandBody::Nack { sequences: (0..dice.few(4)).map(|_| dice.below(8) as u64).collect() },
        12 => CommandBody::AckClone { offset: sequence, heartbeat: dice.below(10) as u16, state: vec![(key, value)] },
        _ => CommandBody::RetransmitFailed { sequence },
    };
    Command { sequence, sender, receiver: some_entity(dice), body }
}

/// What a command becomes on the wire and back.
fn round_trip(command: &Command) -> Result<Command, Broken> {
    let mut bytes = Vec::new();
    command.encode(&mut bytes);
    let again = Command::decode(&bytes)
        .map_err(|error| Broken::new("what is encoded is read", format!("{error}: {command:?}")))?;
    let mut twice = Vec::new();
    again.encode(&mut twice);
    holds(twice == bytes, "a command is read back", || format!("{command:?}\n{again:?}"))?;
    Ok(again)
}

fn check(mut input: &[u8]) -> Result<(), Broken> {
    let mut now = Duration::from_secs(1_000);
    let opened = backend("Broker::MEMORY").map(|kind| (kind.open)(&Options::default()).and_then(Entries::new));
    let Some(Ok(entries)) = opened else { return Err(Broken::new("memory is there", "")) };
    let mut master = Master::new(entity(1), entries, now);
    let intervals = Intervals { resync: TICK, stale: None, mutation_buffer: Duration::from_secs(1) };
    let mut clone = Clone::new(entity(2), intervals, now);
    while let Some((length, rest)) = input.split_first_chunk() {
        let (bytes, rest) = rest.split_at(rest.len().min(usize::from(u16::from_be_bytes(*length))));
        input = rest;
        now += TICK;
        let clock = now.as_nanos() as i64;
        let Ok(command) = Command::decode(bytes) else { continue };
        let command = round_trip(&command)?;
        master.receive(command.sender.endpoint, command.clone(), now, clock);
        clone.receive(command.sender.endpoint, command, now);
        master.advance(now, clock);
        clone.advance(now);
        for outgoing in master.take_outgoing().iter().chain(&clone.take_outgoing()) {
            round_trip(&outgoing.command)?;
        }
    }
    let found = master.entries().all(0).map(|all| all.len() as u64);
    holds(found == master.entries().count(), "all entries are counted", || format!("{found:?}"))
}
