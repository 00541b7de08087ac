//! Files of stores: whatever is in them, they are opened and read or refused, and what is refused stays as it is.

use std::sync::OnceLock;

use brood::store::{Entries, Journal, Options, StoreError, Synchronous, backend};
use brood::wire::Data;

use super::wire::data;
use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::mutate;

pub(crate) const TARGET: Target =
    Target { name: "store_files", regressions: "store_files", extension: "sqlite", memory: 512 << 20, generate, check };

fn open(path: &str) -> Result<Entries, StoreError> {
    // Nothing here has to outlive the machine.
    let (synchronous, journal) = (Some(Synchronous::Off), Some(Journal::Delete));
    let options = Options { place: Some(path.to_owned()), synchronous, journal, ..Options::default() };
    let kind = backend("Broker::SQLITE").ok_or(StoreError::NoSuchKey)?;
    Entries::new((kind.open)(&options)?)
}

/// A file with some entries.
fn sample() -> &'static [u8] {
    static SAMPLE: OnceLock<Vec<u8>> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let Ok(folder) = tempfile::tempdir() else { return Vec::new() };
        let path = folder.path().join("a.sqlite");
        if let Ok(mut entries) = open(&path.to_string_lossy()) {
            let mut dice = Dice::new(1, 1);
            for number in 0..40 {
                let _ = entries.put(0, Data::Count(number), data(&mut dice, 3), (number % 3 == 0).then_some(i64::MAX));
            }
        }
        std::fs::read(path).unwrap_or_default()
    })
}

fn generate(dice: &mut Dice) -> Vec<u8> {
    let mut bytes = sample().to_vec();
    for _ in 0..=dice.few(8) {
        if dice.chance(70) {
            let at = dice.below(bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(at) {
                *byte = dice.byte();
            }
        } else {
            bytes = mutate::change_bytes(dice, bytes);
        }
    }
    bytes
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let broken = |error: std::io::Error| Broken::new("files can be written", error.to_string());
    let folder = tempfile::tempdir().map_err(broken)?;
    let path = folder.path().join("a.sqlite");
    std::fs::write(&path, input).map_err(broken)?;
    match open(&path.to_string_lossy()) {
        Ok(mut entries) => {
            let _ = entries.keys(1);
            let _ = entries.all(1);
            let _ = entries.get(1, &Data::Count(1));
            let _ = entries.put(1, Data::Count(1), Data::Bool(true), None);
            let _ = entries.take_expired(i64::MAX);
            let _ = entries.commit();
            Ok(())
        }
        Err(error) => {
            let after = std::fs::read(&path).map_err(broken)?;
            holds(after == input, "what is refused stays as it is", || error.to_string())
        }
    }
}
