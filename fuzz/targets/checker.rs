//! Everything up to running: names, types, bodies, code, on a host that reaches nothing outside.

use brood::engine::{Engine, Options};
use brood::vm::MemoryHost;

use super::scripts::{NAME, checking_sink, setup};
use crate::harness::{Broken, Target};
use crate::inputs::dice::Dice;
use crate::inputs::{grammar, mutate, typed};

pub(crate) const TARGET: Target =
    Target { name: "checker", regressions: "scripts", extension: "bro", memory: 2 << 30, generate, check };

/// Conditions and initialisers run while a script loads.
const JUMPS: u64 = 2_000;

fn generate(dice: &mut Dice) -> Vec<u8> {
    match dice.below(4) {
        0 => grammar::script(dice),
        1 => {
            let script = typed::script(dice);
            mutate::change(dice, script)
        }
        _ => mutate::mutated(dice),
    }
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let (sink, wrong) = checking_sink();
    let options = Options { check_all_bodies: true, keep_bodies: true, no_base: true, ..Options::default() };
    let mut engine = Engine::new(Box::new(MemoryHost::new()), options, sink);
    engine.vm.set_patience(Some(JUMPS));
    engine.load(setup(input, true), &[NAME.to_string()], &[], None);
    for id in 0..engine.vm.program.body_count() {
        if let Ok(code) = engine.vm.code(brood::value::BodyId(id as u32)) {
            let _ = code.disassemble();
        }
    }
    wrong.replace(Ok(()))
}
