//! Fuzzing: random inputs, and properties that hold for every input.
//!
//! Each target makes inputs from random choices and checks one. `cargo test` runs every target for some seconds from a
//! seed that is always the same; for hours: `BROOD_FUZZ_SECONDS=3600 cargo test --release --test fuzz parser`. The
//! inputs run in a process of their own, so that a crash, an endless loop and an overflown stack are findings like any
//! other. A finding is made as small as it gets and kept in `fuzz/regressions`, where it is replayed by every run.
//! See README.md beside this file.

// A target that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod harness;
mod inputs;
mod targets;

use libtest_mimic::{Arguments, Trial};

use harness::{child, parent};
use targets::TARGETS;

fn main() {
    if let Some(job) = child::job() {
        std::process::exit(child::run(&job));
    }
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for target in TARGETS {
        trials.push(Trial::test(format!("{}::regressions", target.name), || parent::replay(target)));
        trials.push(Trial::test(format!("{}::fuzz", target.name), || parent::fuzz(target)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}
