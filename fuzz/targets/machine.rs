//! Whole runs: whatever a script does, the machine goes on or ends with an error.

use std::sync::Arc;

use brood::engine::{Engine, Options};
use brood::vm::MemoryHost;

use super::scripts::{NAME, checking_sink, setup};
use crate::harness::{Broken, Target};
use crate::inputs::dice::Dice;
use crate::inputs::{mutate, typed};

pub(crate) const TARGET: Target =
    Target { name: "machine", regressions: "scripts", extension: "bro", memory: 6 << 30, generate, check };

/// Jumps that a script may make.
const JUMPS: u64 = 2_000;

/// Rounds of the main loop.
const ROUNDS: usize = 30;

fn generate(dice: &mut Dice) -> Vec<u8> {
    match dice.below(10) {
        0..=6 => typed::script(dice),
        7 => {
            let script = typed::script(dice);
            mutate::change(dice, script)
        }
        _ => mutate::mutated(dice),
    }
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let (sink, wrong) = checking_sink();
    let with_base = input.starts_with(typed::BASE.as_bytes());
    let options = Options { bare: true, no_base: !with_base, ..Options::default() };
    let mut engine = Engine::new(Box::new(MemoryHost::new()), options, sink);
    engine.vm.set_patience(Some(JUMPS));
    engine.load(setup(input, true), &[NAME.to_string()], &[], None);
    let interrupt = Arc::default();
    let mut result = engine.start();
    for _ in 0..ROUNDS {
        if result.is_err() || !engine.goes_on(&interrupt) {
            break;
        }
        result = engine.step();
    }
    // A script's `exit` ends everything at once.
    if result.is_ok() {
        let _ = engine.stop();
    }
    drop(engine);
    wrong.replace(Ok(()))
}
