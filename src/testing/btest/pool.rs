//! Runs many tests, several at a time, in an order that keeps those apart that must be.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::command::Interrupt;
use super::config::{Alternative, Config};
use super::header::Test;
use super::name::part_of;
use super::ports::Ports;
use super::run::{Runner, Settings};
use super::surroundings::Surroundings;
use super::timing::Times;
use super::tools::Toolbox;
use crate::testing::report::Report;
use crate::testing::{Case, Event, Kind, Verdict};

/// How often it is looked whether somebody wants all to end.
const TICK: Duration = Duration::from_millis(50);

/// How long commands may take to end that are asked to.
const PATIENCE: Duration = Duration::from_secs(3);

/// A test that is to be run in one way.
#[derive(Clone, Debug)]
pub struct Job {
    pub test: Arc<Test>,
    pub alternative: Option<Alternative>,
    /// Which of several seeds it runs under.
    pub seed: Option<u64>,
    pub retry: u32,
}

/// Everything that running tests needs.
pub struct Pool<'a> {
    pub config: &'a Config,
    pub settings: &'a Settings,
    pub surroundings: &'a dyn Surroundings,
    pub toolbox: &'a Toolbox,
    pub interrupt: &'a Interrupt,
    pub workers: usize,
    /// How often a test that failed is tried again.
    pub retries: u32,
    /// Begin nothing new once a test has failed.
    pub stops_at_failure: bool,
}

/// What is left to do.
struct Queue {
    waiting: VecDeque<Job>,
    /// Tests of which only one runs at a time, by their sets and, for they share a folder, by their names.
    busy: BTreeSet<String>,
    running: usize,
    /// Tests share nothing but their folders.
    is_isolated: bool,
}

struct Told {
    worker: usize,
    case: Arc<Case>,
    event: Event,
}

impl Pool<'_> {
    /// The ways in which a test is to be run.
    pub fn jobs(&self, test: Test) -> Vec<Job> {
        let is_meant = |name: &str| {
            let is_listed = |names: &[String]| names.iter().any(|other| other == name);
            !is_listed(&test.not_for) && (test.only_for.is_empty() || is_listed(&test.only_for))
        };
        let job = |test: &Arc<Test>, alternative| Job { test: test.clone(), alternative, seed: None, retry: 0 };
        let alternatives = &self.config.alternatives;
        if alternatives.is_empty() {
            let is_meant = is_meant("default");
            let test = Arc::new(test);
            return if is_meant { vec![job(&test, None)] } else { Vec::new() };
        }
        let meant: Vec<&Alternative> = alternatives.iter().filter(|alternative| is_meant(&alternative.name)).collect();
        let test = Arc::new(test);
        meant.into_iter().map(|alternative| job(&test, Some(alternative.clone()))).collect()
    }

    /// Runs tests and tells of them. `is_asked` is looked at all the time; where it says so, all ends. Gives the names of
    /// the tests that failed.
    pub fn run(&self, jobs: Vec<Job>, report: &mut Report, is_asked: &mut dyn FnMut() -> bool) -> Vec<String> {
        let ports = Ports::new(self.config.ports, std::process::id());
        let timing = Times::load(self.config, self.settings);
        let runner = Runner {
            config: self.config,
            settings: self.settings,
            surroundings: self.surroundings,
            toolbox: self.toolbox,
            ports: &ports,
            timing: &timing,
            interrupt: self.interrupt,
        };
        let is_isolated = self.surroundings.isolates() && !self.settings.falls_back;
        let queue = Mutex::new(Queue { waiting: jobs.into(), busy: BTreeSet::new(), running: 0, is_isolated });
        let changed = Condvar::new();
        let stops = AtomicBool::new(false);
        let mut failed = Vec::new();
        let mut asked: Option<Instant> = None;
        std::thread::scope(|scope| {
            let (sender, receiver) = channel::<Told>();
            for worker in 1..=self.workers {
                let sender = sender.clone();
                let (queue, changed, stops, runner) = (&queue, &changed, &stops, &runner);
                scope.spawn(move || self.work(worker, queue, changed, stops, runner, &sender));
            }
            drop(sender);
            loop {
                match receiver.recv_timeout(TICK) {
                    Ok(told) => {
                        report.tell(told.worker, &told.case, &told.event);
                        if let Event::Ended(outcome) = &told.event
                            && outcome.verdict == Verdict::Failed
                            && outcome.retry == 0
                        {
                            failed.push(told.case.name.clone());
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                match asked {
                    None if is_asked() => {
                        asked = Some(Instant::now());
                        self.interrupt.interrupt();
                        changed.notify_all();
                    }
                    Some(since) if since.elapsed() > PATIENCE => self.interrupt.kill(),
                    _ => {}
                }
            }
        });
        timing.save();
        failed.sort();
        failed.dedup();
        failed
    }

    fn work(
        &self,
        worker: usize,
        queue: &Mutex<Queue>,
        changed: &Condvar,
        stops: &AtomicBool,
        runner: &Runner,
        sender: &Sender<Told>,
    ) {
        let is_over = || self.interrupt.is_over() || stops.load(Ordering::SeqCst);
        let mut state = queue.lock().unwrap_or_else(PoisonError::into_inner);
        while !is_over() {
            let Some(job) = state.next() else {
                // What runs may have to be tried again.
                if state.running == 0 && state.waiting.is_empty() {
                    break;
                }
                state = changed.wait_timeout(state, TICK).unwrap_or_else(PoisonError::into_inner).0;
                continue;
            };
            state.running += 1;
            drop(state);
            let case = Arc::new(job.case());
            let tell = |event| {
                // Nobody is left to be told only where the report has failed.
                let _ = sender.send(Told { worker, case: case.clone(), event });
            };
            let ended = runner.run(&job, &case, &tell);
            let is_bad = ended.outcome.verdict == Verdict::Failed;
            if ended.aborts || is_bad && self.stops_at_failure {
                stops.store(true, Ordering::SeqCst);
            }
            state = queue.lock().unwrap_or_else(PoisonError::into_inner);
            state.running -= 1;
            for key in keys(&job, state.is_isolated) {
                state.busy.remove(&key);
            }
            if is_bad && job.seed.is_some() {
                // One seed is enough to look at.
                state.waiting.retain(|other| !other.is_another_seed_of(&job));
            }
            if is_bad && job.retry < self.retries {
                state.waiting.push_back(Job { retry: job.retry + 1, ..job });
            }
            changed.notify_all();
        }
    }
}

impl Job {
    /// The test for those who are told of it.
    pub fn case(&self) -> Case {
        let (file, _) = part_of(&self.test.file);
        let file = if file.exists() { file } else { self.test.file.clone() };
        let alternative = self.alternative.as_ref().filter(|alternative| !alternative.is_default());
        Case {
            name: self.test.name.clone(),
            alternative: alternative.map(|alternative| alternative.name.clone()),
            file,
            kind: Kind::BTest,
            seed: self.seed,
            is_expected_to_fail: self.test.is_known_failure,
        }
    }

    /// Whether this is the same test, run in the same way, under a seed.
    fn is_another_seed_of(&self, other: &Job) -> bool {
        let name = |job: &Job| job.alternative.as_ref().map(|alternative| alternative.name.clone());
        self.seed.is_some() && self.test.name == other.test.name && name(self) == name(other)
    }
}

/// What a test must have for itself.
fn keys(job: &Job, is_isolated: bool) -> Vec<String> {
    let set = job.test.serialize.as_ref().filter(|_| !is_isolated).map(|set| format!("set {set}"));
    set.into_iter().chain([format!("test {}", job.test.name)]).collect()
}

impl Queue {
    fn next(&mut self) -> Option<Job> {
        let place = {
            let is_free = |job: &Job| keys(job, self.is_isolated).iter().all(|key| !self.busy.contains(key));
            self.waiting.iter().position(is_free)?
        };
        let job = self.waiting.remove(place)?;
        self.busy.extend(keys(&job, self.is_isolated));
        Some(job)
    }
}
