//! What the environment says about a run.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long each target runs where nothing else is said: a part of every `cargo test`.
const USUAL_SECONDS: f64 = 3.0;

/// The seed of every run that is part of `cargo test`.
const USUAL_SEED: u64 = 1;

/// How long one input may compute. Far above what any does without optimisation.
const USUAL_LIMIT: f64 = 20.0;

pub(crate) struct Settings {
    /// `BROOD_FUZZ_SECONDS`: how long each target runs.
    pub(crate) time: Duration,
    /// `BROOD_FUZZ_SEED`. A run of a length of its own has a seed of its own, so that it sees new inputs.
    pub(crate) seed: u64,
    /// `BROOD_FUZZ_LIMIT`: seconds that one input may compute.
    pub(crate) limit: Duration,
}

impl Settings {
    pub(crate) fn from_environment() -> Self {
        let seconds = number("BROOD_FUZZ_SECONDS");
        let seed = number("BROOD_FUZZ_SEED").map(|seed| seed as u64);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Settings {
            time: Duration::from_secs_f64(seconds.unwrap_or(USUAL_SECONDS)),
            seed: seed.unwrap_or(if seconds.is_some() { now } else { USUAL_SEED }),
            limit: Duration::from_secs_f64(number("BROOD_FUZZ_LIMIT").unwrap_or(USUAL_LIMIT)),
        }
    }
}

fn number(variable: &str) -> Option<f64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is no number: {text}")))
}
