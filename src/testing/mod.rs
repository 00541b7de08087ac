//! Tests that scripts are: what a test is, and what came of it, whoever ran it.
//!
//! [`btest`] runs files of BTest, in simulated time by [`rehearsal`], and [`report`] tells of any tests to people and programs. A test is a [`Case`]; it
//! begins and ends with an [`Event`], and its end has an [`Outcome`]. Nothing in here prints but [`report`].

pub mod btest;
pub mod coverage;
pub mod rehearsal;
pub mod report;
pub mod unit;
pub mod watch;
pub mod words;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Whether a file is a script by its name, and so may have unit tests or be loaded by some.
pub fn is_script(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "bro" || extension == "zeek")
}

/// Who understands a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file with commands for a shell.
    BTest,
    /// A function or event of a script.
    Unit,
}

impl Kind {
    pub fn text(self) -> &'static str {
        match self {
            Kind::BTest => "btest",
            Kind::Unit => "unit",
        }
    }
}

/// One test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// `broker.remote_event`
    pub name: String,
    /// The alternative of a configuration by which it runs.
    pub alternative: Option<String>,
    pub file: PathBuf,
    pub kind: Kind,
    /// The test says of itself that it fails.
    pub is_expected_to_fail: bool,
    /// What is left to chance is drawn from this, where several seeds are tried.
    pub seed: Option<u64>,
}

impl Case {
    /// `broker.remote_event [alternative]`
    pub fn shown(&self) -> String {
        match self.variant() {
            Some(variant) => format!("{} [{variant}]", self.name),
            None => self.name.clone(),
        }
    }

    /// Which of several runs of the test this is: `alternative, seed 7`.
    pub fn variant(&self) -> Option<String> {
        let parts = [self.alternative.clone(), self.seed.map(|seed| format!("seed {seed}"))];
        parts.into_iter().flatten().reduce(|alternative, seed| alternative + ", " + &seed)
    }
}

/// What became of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    /// It failed, and was expected to.
    KnownFailure,
    /// What it needs is not there.
    Skipped,
}

impl Verdict {
    pub fn is_failure(self) -> bool {
        matches!(self, Verdict::Failed | Verdict::KnownFailure)
    }
}

/// A text that explains an outcome, such as a difference or what was printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// `.diag`
    pub name: String,
    pub text: String,
}

/// How a test ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    pub verdict: Verdict,
    /// Which try this was; the first is 0.
    pub retry: u32,
    /// What went wrong, or why it was skipped; a line each.
    pub messages: Vec<String>,
    pub attachments: Vec<Attachment>,
    /// What there is to say behind the verdict, such as how much slower it was.
    pub remark: String,
    pub began: SystemTime,
    pub duration: Duration,
    /// The failure is that there is nothing yet to compare with.
    pub lacks_baseline: bool,
    /// Why it cannot be run in the way that was asked for.
    pub refusal: Option<String>,
    /// The command that runs it again under the same seed, where it failed under one of many.
    pub again: Option<String>,
    /// The messages are an explanation in whole lines, told without being asked for.
    pub is_explained: bool,
}

impl Outcome {
    pub fn new(verdict: Verdict, began: SystemTime, duration: Duration) -> Outcome {
        Outcome {
            verdict,
            retry: 0,
            messages: Vec::new(),
            attachments: Vec::new(),
            remark: String::new(),
            began,
            duration,
            lacks_baseline: false,
            refusal: None,
            again: None,
            is_explained: false,
        }
    }

    /// The outcome in the words of BTest: `ok`, `failed on retry #1 (expected)`.
    pub fn words(&self, case: &Case) -> String {
        let mut words = String::new();
        match self.verdict {
            Verdict::Skipped => return "not available, skipped".to_owned(),
            Verdict::Passed => {
                words += "ok";
                if case.is_expected_to_fail {
                    words += " (but expected to fail)";
                }
                words += &self.remark;
                if self.retry > 0 {
                    let _ = write!(words, " on retry #{}, unstable", self.retry);
                }
            }
            Verdict::Failed | Verdict::KnownFailure => {
                words += "failed";
                if self.retry > 0 {
                    let _ = write!(words, " on retry #{}", self.retry);
                }
                if case.is_expected_to_fail {
                    words += " (expected)";
                }
                words += &self.remark;
            }
        }
        words
    }
}

/// What happens to a test while it runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    Started,
    /// A command begins.
    Command(String),
    /// The test says how far it is.
    Progress(String),
    /// The test says something for those who want to know all.
    Remark(String),
    Ended(Outcome),
}

/// How many tests ended in which way so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many tests there are.
    pub planned: usize,
    pub passed: usize,
    /// All that failed, those included that were expected to.
    pub failed: usize,
    pub expected_failures: usize,
    pub skipped: usize,
    /// Failed first and passed when tried again.
    pub unstable: usize,
}

impl Tally {
    /// Takes an outcome into account. A test that is tried again was counted as failed before.
    pub fn count(&mut self, outcome: &Outcome) {
        let is_known = outcome.verdict == Verdict::KnownFailure;
        match (outcome.verdict, outcome.retry) {
            (Verdict::Passed, 0) => self.passed += 1,
            (Verdict::Passed, _) => {
                self.failed = self.failed.saturating_sub(1);
                self.unstable += 1;
            }
            (Verdict::Failed | Verdict::KnownFailure, 0) => {
                self.failed += 1;
                self.expected_failures += usize::from(is_known);
            }
            (Verdict::Failed | Verdict::KnownFailure, _) => {}
            (Verdict::Skipped, _) => self.skipped += 1,
        }
    }

    pub fn ended(&self) -> usize {
        self.passed + self.failed + self.skipped + self.unstable
    }

    /// Whether a test failed that was not expected to.
    pub fn has_failure(&self) -> bool {
        self.failed > self.expected_failures
    }

    /// 0 where no test failed that was not expected to.
    pub fn status(&self) -> i32 {
        i32::from(self.has_failure())
    }

    /// The last line, in the words of BTest, that has tests; a test under several seeds is several runs.
    pub fn summary(&self, what: &str) -> String {
        let total = self.passed + self.failed + self.skipped;
        let part = |count: usize, what: &str| if count > 0 { format!(", {count} {what}") } else { String::new() };
        let rest = part(self.skipped, "skipped") + &part(self.unstable, "unstable");
        if self.failed > 0 {
            let expected = match self.expected_failures {
                0 => String::new(),
                count => format!(" (with {count} expected to fail)"),
            };
            let plural = if total > 1 { "s" } else { "" };
            format!("{} of {total} {what}{plural} failed{expected}{rest}", self.failed)
        } else if rest.is_empty() {
            format!("all {total} {what}s successful")
        } else {
            let plural = if self.passed == 1 { "" } else { "s" };
            format!("{} {what}{plural} successful{rest}", self.passed)
        }
    }
}
