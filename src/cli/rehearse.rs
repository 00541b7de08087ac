//! The options of `brood test` for simulated time.

use clap::{Args, value_parser};

use crate::simulation::invariants;
use crate::testing::rehearsal::Rehearsals;

/// More seeds than anybody waits for.
const MOST_SEEDS: u64 = 1_000_000;

#[derive(Debug, Args)]
pub(super) struct Simulated {
    /// Run the nodes of each test in one process, in simulated time.
    #[arg(long)]
    sim: bool,
    /// What everything is drawn from in a simulation, or a unit test, that is left to chance.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Run each test under the seeds from 1 to K, until one fails: unit tests, and with --sim the others.
    #[arg(long, value_name = "K", value_parser = value_parser!(u64).range(1..=MOST_SEEDS), conflicts_with = "seed")]
    pub(super) seeds: Option<u64>,
    /// What must hold in each simulation, all or a list, as in `brood sim`.
    #[arg(
        long,
        value_name = "NAME,...",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all",
        requires = "sim"
    )]
    invariants: Option<String>,
    /// Run with processes what cannot be simulated.
    #[arg(long, requires = "sim")]
    pub(super) fallback: bool,
}

impl Simulated {
    /// The simulations around tests, where these are asked for. By `options` the same suite is found again.
    pub(super) fn rehearsals(&self, options: Vec<String>) -> Result<Option<Rehearsals>, String> {
        if !self.sim {
            return Ok(None);
        }
        let held = self.invariants.as_deref().map_or(Ok(Vec::new()), invariants)?;
        let rehearsals = Rehearsals::new(self.seed, held, options);
        rehearsals.map(Some).map_err(|error| format!("cannot make a folder for rehearsals: {error}"))
    }

    /// The seeds under which a test of BTest is run: one that nobody names, where there is no simulation.
    pub(super) fn seeds(&self) -> Vec<Option<u64>> {
        if self.sim { self.unit_seeds() } else { vec![None] }
    }

    /// The seeds under which a unit test is run.
    pub(super) fn unit_seeds(&self) -> Vec<Option<u64>> {
        self.seeds.map_or_else(|| vec![None], |last| (1..=last).map(Some).collect())
    }

    /// Whether seeds are asked for that tests of BTest do not have.
    pub(super) fn has_seeds_for_units_alone(&self) -> bool {
        self.seeds.is_some() && !self.sim
    }
}
