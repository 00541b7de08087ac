//! Runs one test: its folder, its ports, what stands around it, and what came of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::command::Interrupt;
use super::commands::{Running, readable};
use super::config::Config;
use super::pool::Job;
use super::ports::Ports;
use super::surroundings::{Processes, Surroundings};
use super::tools::{Toolbox, background};
use super::{progress, sandbox, timing};
use crate::testing::{Case, Event, Outcome, Verdict};

/// What `btest-diff` is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Test,
    Update,
    /// Ask the person at the terminal.
    UpdateInteractive,
}

impl Mode {
    pub(super) fn text(self) -> &'static str {
        match self {
            Mode::Test => "TEST",
            Mode::Update => "UPDATE",
            Mode::UpdateInteractive => "UPDATE_INTERACTIVE",
        }
    }
}

/// How tests are run.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub mode: Mode,
    /// Leave the folders of tests.
    pub keeps_sandboxes: bool,
    /// How long tests take becomes what they are held to.
    pub updates_times: bool,
    /// Tests that their surroundings refuse run as processes.
    pub falls_back: bool,
}

/// What running a test needs.
pub(super) struct Runner<'a> {
    pub(super) config: &'a Config,
    pub(super) settings: &'a Settings,
    pub(super) surroundings: &'a dyn Surroundings,
    pub(super) toolbox: &'a Toolbox,
    pub(super) ports: &'a Ports,
    pub(super) timing: &'a timing::Times,
    pub(super) interrupt: &'a Interrupt,
}

/// What running a test gave.
pub(super) struct Ended {
    pub(super) outcome: Outcome,
    /// No further test is to run.
    pub(super) aborts: bool,
}

impl Runner<'_> {
    pub(super) fn run(&self, job: &Job, case: &Case, tell: &(dyn Fn(Event) + Sync)) -> Ended {
        let (began, clock) = (SystemTime::now(), Instant::now());
        tell(Event::Started);
        let folder = self.config.sandboxes.join(&job.test.name);
        let baselines: Vec<PathBuf> = self.config.baselines.iter().map(|folder| folder.join(&job.test.name)).collect();
        let attempt = |surroundings: &dyn Surroundings| {
            let ended = match self.in_sandbox(job, case, surroundings, &folder, &baselines, tell) {
                Ok(ended) => ended,
                Err(message) => {
                    let mut outcome = Outcome::new(Verdict::Failed, began, Duration::ZERO);
                    outcome.messages.push(message);
                    Ended { outcome, aborts: false }
                }
            };
            background::end_all(&folder);
            ended
        };
        let mut ended = attempt(self.surroundings);
        if let Some(refusal) = ended.outcome.refusal.take_if(|_| self.settings.falls_back) {
            tell(Event::Remark(format!("runs as processes: {refusal}")));
            ended = attempt(&Processes);
            ended.outcome.remark += " (as processes)";
        }
        for message in progress::take(&folder) {
            tell(Event::Progress(message));
        }
        for line in fs::read(folder.join(".verbose")).iter().flat_map(|text| text.split(|byte| *byte == b'\n')) {
            if !line.is_empty() {
                tell(Event::Remark(readable(line.trim_ascii())));
            }
        }
        let outcome = &mut ended.outcome;
        outcome.retry = job.retry;
        (outcome.began, outcome.duration) = (began, clock.elapsed());
        if outcome.verdict == Verdict::Failed && case.is_expected_to_fail {
            outcome.verdict = Verdict::KnownFailure;
        }
        let is_kept = self.settings.keeps_sandboxes || outcome.verdict.is_failure() || job.retry > 0;
        if !is_kept {
            // What cannot be removed now is in the way of the next run, which says so.
            let _ = fs::remove_dir_all(&folder);
        }
        for baseline in &baselines {
            // Only where nothing was put into it.
            let _ = fs::remove_dir(baseline);
        }
        tell(Event::Ended(ended.outcome.clone()));
        ended
    }

    fn in_sandbox(
        &self,
        job: &Job,
        case: &Case,
        surroundings: &dyn Surroundings,
        folder: &Path,
        baselines: &[PathBuf],
        tell: &(dyn Fn(Event) + Sync),
    ) -> Result<Ended, String> {
        sandbox::prepare(&job.test, folder, self.config)?;
        for baseline in baselines {
            sandbox::create(baseline)?;
        }
        let ports = self.ports.take(job.test.ports.len());
        let ports = ports.ok_or_else(|| format!("failed to obtain {} ports", job.test.ports.len()))?;
        let result = surroundings.enter(case, folder).and_then(|stay| {
            let running = Running::new(self, job, folder, stay, tell)?;
            Ok(running.all(baselines, &ports))
        });
        self.ports.give_back(ports);
        result
    }
}
