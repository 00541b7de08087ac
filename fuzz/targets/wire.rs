//! Broker's encoding: any bytes are data or refused, and data comes back as it was.

use std::collections::{BTreeMap, BTreeSet};

use brood::wire::{Data, Real, decode, encode};

use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "wire", regressions: "wire", extension: "data", memory: 512 << 20, generate, check };

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(&data(dice, 0), &mut bytes);
    for _ in 0..dice.few(4) {
        bytes = mutate::change_bytes(dice, bytes);
    }
    bytes
}

/// Data of any shape; with a greater depth to begin with, of fewer containers.
pub(super) fn data(dice: &mut Dice, depth: usize) -> Data {
    let kinds = if depth < 6 { 15 } else { 12 };
    let some = |dice: &mut Dice| -> Vec<Data> { (0..dice.few(5)).map(|_| data(dice, depth + 1)).collect() };
    match dice.below(kinds) {
        0 => Data::None,
        1 => Data::Bool(dice.chance(50)),
        2 => Data::Count(dice.number() >> dice.below(64)),
        3 => Data::Integer(dice.number() as i64),
        4 => Data::Real(Real(f64::from_bits(dice.number()))),
        5 => Data::String(text(dice)),
        6 => Data::Address(bytes(dice)),
        7 => Data::Subnet(bytes(dice), dice.below(130) as u8),
        8 => Data::Port(dice.number() as u16, dice.below(5) as u8),
        9 => Data::Timestamp(dice.number() as i64),
        10 => Data::Timespan(dice.number() as i64),
        11 => Data::Enum(text(dice)),
        12 => Data::Set(some(dice).into_iter().collect::<BTreeSet<_>>()),
        13 => {
            let keys = some(dice);
            Data::Table(keys.into_iter().map(|key| (key, data(dice, depth + 1))).collect::<BTreeMap<_, _>>())
        }
        _ => Data::Vector(some(dice)),
    }
}

fn text(dice: &mut Dice) -> Vec<u8> {
    (0..dice.few(200)).map(|_| dice.byte()).collect()
}

fn bytes(dice: &mut Dice) -> [u8; 16] {
    dice.number().to_be_bytes().repeat(2).try_into().unwrap_or_default()
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let data = match decode(input) {
        Ok(data) => data,
        Err(error) => return holds(!error.to_string().is_empty(), "a refusal says why", || format!("{error:?}")),
    };
    let mut encoded = Vec::new();
    encode(&data, &mut encoded);
    // Numbers next to 0 become 0, so that what is read may differ; it no longer does the second time.
    let again = match decode(&encoded) {
        Ok(again) => again,
        Err(error) => return Err(Broken::new("what is encoded is read", format!("{error}: {data:?}"))),
    };
    let mut twice = Vec::new();
    encode(&again, &mut twice);
    holds(twice == encoded, "data is read back", || format!("{data:?}\n{again:?}"))?;
    let _ = again.to_text();
    let _ = data.to_text();
    Ok(())
}
