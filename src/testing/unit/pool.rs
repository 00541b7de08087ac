//! Runs many unit tests, several at a time.

use std::collections::{BTreeSet, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use super::{Settings, UnitTest, find, run};
use crate::diag::say;
use crate::embed::with_stack;
use crate::testing::btest::fits;
use crate::testing::report::Report;
use crate::testing::words::shell_word;
use crate::testing::{Case, Event, Kind, Outcome, Verdict};

/// How often it is looked whether somebody wants all to end.
const TICK: Duration = Duration::from_millis(50);

/// A file with tests, and which of them are meant: all, where no names are given. Names may have `*` and `?` in them, and
/// that of a test with cases stands for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    pub file: String,
    pub names: Vec<String>,
}

/// A test that is to be run.
#[derive(Clone, Debug)]
pub struct Job {
    pub case: Case,
    /// The scripts that are loaded for it; unknown where one cannot be.
    pub files: Option<Arc<BTreeSet<PathBuf>>>,
    /// Which try this is; the first is 0.
    retry: u32,
    work: Work,
}

impl Job {
    /// The same test under a seed of its own.
    #[must_use]
    pub fn under(&self, seed: Option<u64>) -> Job {
        Job { case: Case { seed, ..self.case.clone() }, ..self.clone() }
    }
}

#[derive(Clone, Debug)]
enum Work {
    Test(UnitTest),
    /// The file cannot be loaded.
    Broken(Vec<String>),
}

/// Finds the tests that are meant.
///
/// # Errors
/// Where a file has no test of a name that is asked for.
pub fn jobs(settings: &Settings, selections: &[Selection]) -> Result<Vec<Job>, String> {
    let mut jobs = Vec::new();
    for selection in selections {
        let file = selection.file.as_str();
        let case = |name: &str| Case {
            name: name.to_owned(),
            alternative: None,
            seed: None,
            file: PathBuf::from(file),
            kind: Kind::Unit,
            is_expected_to_fail: false,
        };
        let found = with_stack(|| find(settings, file)).map_err(|error| format!("cannot make a thread: {error}"))?;
        let tests = match found.tests {
            Ok(tests) => tests,
            Err(lines) => {
                jobs.push(Job { case: case(file), files: None, retry: 0, work: Work::Broken(lines) });
                continue;
            }
        };
        let files = Arc::new(found.files);
        for name in &selection.names {
            if !tests.iter().any(|test| is_meant(&test.name, name)) {
                let known: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
                return Err(format!("{file} has no test {name}; it has {}", known.join(", ")));
            }
        }
        let is_one = |name: &String| tests.iter().any(|test| test.name == *name);
        let chosen_by: Vec<(&String, bool)> = selection.names.iter().map(|name| (name, is_one(name))).collect();
        // The keys of cases may look like patterns: a name that a test has means this one alone.
        let is_chosen = |test: &UnitTest| {
            let by = |(name, is_one): &(&String, bool)| test.name == **name || !is_one && is_meant(&test.name, name);
            chosen_by.is_empty() || chosen_by.iter().any(by)
        };
        let chosen = tests.into_iter().filter(is_chosen);
        let job = |test: UnitTest| {
            let files = Some(files.clone());
            Job { case: case(&test.full_name()), files, retry: 0, work: Work::Test(test) }
        };
        jobs.extend(chosen.map(job));
    }
    Ok(jobs)
}

/// Whether a test goes by a name that may have `*` and `?` in it, or has it without its case.
fn is_meant(test: &str, name: &str) -> bool {
    // Brackets are those of a case.
    let pattern = name.replace('[', "[[]");
    let whole = test.split_once('[').map_or(test, |(function, _)| function);
    fits(test, &pattern) || fits(whole, &pattern)
}

/// How many tests are run.
pub struct Pool<'a> {
    pub settings: &'a Settings,
    pub workers: usize,
    /// How often a test that failed is tried again.
    pub retries: u32,
    /// Begin nothing new once a test has failed.
    pub stops_at_failure: bool,
}

impl Pool<'_> {
    /// Runs tests and tells of them. `is_asked` is looked at all the time; where it says so, all ends. Gives the names of
    /// the tests that failed.
    pub fn run(&self, jobs: Vec<Job>, report: &mut Report, is_asked: &mut dyn FnMut() -> bool) -> Vec<String> {
        let workers = self.workers.clamp(1, jobs.len().max(1));
        let queue = Mutex::new(VecDeque::from(jobs));
        let stops = AtomicBool::new(false);
        let mut failed = Vec::new();
        std::thread::scope(|scope| {
            let (sender, receiver) = channel::<(usize, Case, Event)>();
            for worker in 1..=workers {
                let sender = sender.clone();
                let (queue, stops) = (&queue, &stops);
                scope.spawn(move || {
                    let worked = with_stack(|| self.work(worker, queue, stops, &sender));
                    if let Err(error) = worked {
                        say!("cannot make a thread for tests: {error}");
                    }
                });
            }
            drop(sender);
            loop {
                match receiver.recv_timeout(TICK) {
                    Ok((worker, case, event)) => {
                        report.tell(worker, &case, &event);
                        if let Event::Ended(outcome) = &event
                            && outcome.verdict == Verdict::Failed
                            && outcome.retry == 0
                        {
                            failed.push(case.name);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => break,
                }
                if is_asked() {
                    stops.store(true, Ordering::SeqCst);
                    self.settings.stop.store(true, Ordering::SeqCst);
                }
            }
        });
        failed.sort();
        failed.dedup();
        failed
    }

    fn work(
        &self,
        worker: usize,
        queue: &Mutex<VecDeque<Job>>,
        stops: &AtomicBool,
        sender: &Sender<(usize, Case, Event)>,
    ) {
        let lock = || queue.lock().unwrap_or_else(PoisonError::into_inner);
        while !stops.load(Ordering::SeqCst) {
            let Some(job) = lock().pop_front() else { break };
            // Nobody is left to be told only where the report has failed.
            let tell = |event| drop(sender.send((worker, job.case.clone(), event)));
            tell(Event::Started);
            let outcome = self.outcome(&job);
            let is_bad = outcome.verdict == Verdict::Failed;
            tell(Event::Ended(outcome));
            if is_bad && self.stops_at_failure {
                stops.store(true, Ordering::SeqCst);
            }
            if is_bad && job.case.seed.is_some() {
                // One seed is enough to look at.
                lock().retain(|other| other.case.name != job.case.name);
            }
            if is_bad && job.retry < self.retries {
                lock().push_back(Job { retry: job.retry + 1, ..job });
            }
        }
    }

    fn outcome(&self, job: &Job) -> Outcome {
        let mut outcome = match &job.work {
            Work::Test(test) => run(self.settings, test, job.case.seed),
            Work::Broken(lines) => {
                let mut outcome = Outcome::new(Verdict::Failed, SystemTime::now(), Duration::ZERO);
                outcome.is_explained = true;
                outcome.messages.clone_from(lines);
                outcome
            }
        };
        outcome.retry = job.retry;
        if let Some(seed) = job.case.seed.filter(|_| outcome.verdict == Verdict::Failed) {
            outcome.again = Some(format!("{} --seed {seed} {}", self.settings.command, shell_word(&job.case.name)));
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::is_meant;

    #[test]
    fn names_are_matched_with_and_without_their_cases() {
        assert!(is_meant("test_add[one]", "test_add") && is_meant("test_add[one]", "test_add[one]"));
        assert!(is_meant("test_add[one]", "test_*") && is_meant("test_add", "*a?d") && is_meant("test_add", "*"));
        assert!(!is_meant("test_add[one]", "test_add[two]") && !is_meant("test_add", "test_ad"));
        assert!(!is_meant("test_add", "test_add?") && !is_meant("test_add", "add"));
    }
}
