//! The options of `brood test` for simulated time.

use clap::Args;

use crate::testing::btest::Job;
use crate::testing::rehearsal::Rehearsals;

#[derive(Debug, Args)]
pub(super) struct Simulated {
    /// Run the nodes of each test in one process, in simulated time.
    #[arg(long)]
    sim: bool,
    /// What everything is drawn from in a simulation, or a unit test, that is left to chance.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Run each test under the seeds from 1 to K, until one fails.
    #[arg(long, value_name = "K", requires = "sim", conflicts_with = "seed")]
    seeds: Option<u64>,
    /// Run with processes what cannot be simulated.
    #[arg(long, requires = "sim")]
    pub(super) fallback: bool,
}

impl Simulated {
    /// The simulations around tests, where these are asked for.
    pub(super) fn rehearsals(&self) -> Result<Option<Rehearsals>, String> {
        let rehearsals = self.sim.then(|| Rehearsals::new(self.seed)).transpose();
        rehearsals.map_err(|error| format!("cannot make a folder for rehearsals: {error}"))
    }

    /// A test as often as it is to be run.
    pub(super) fn runs(&self, job: Job) -> Vec<Job> {
        match self.seeds {
            Some(last) => (1..=last).map(|seed| Job { seed: Some(seed), ..job.clone() }).collect(),
            None => vec![job],
        }
    }
}
