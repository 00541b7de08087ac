//! Unit tests in script: functions and events named `test_*`, each run in an engine of its own, in simulated time.
//!
//! [`find`] loads a file and says which tests are in it; [`run`] runs one of them. A test is over when nothing is left to
//! happen that it caused, or when something failed: an assertion, anything else that is an error, or the end of its time.
//! What explains a failed assertion is in [`explain`], what tests can do beyond scripts in the module `Test`
//! (`builtins::unit_tests`), for which [`bench`] lets time pass.

mod bench;
mod explain;
mod find;
mod pool;
mod run;

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::load::Setup;
use crate::testing::coverage::Coverage;

pub use find::{Found, find, has_tests};
pub use pool::{Job, Pool, Selection, jobs};
pub use run::run;

/// How unit tests are run.
#[derive(Clone)]
pub struct Settings {
    /// Where scripts are found.
    pub setup: Arc<dyn Fn() -> Setup + Send + Sync>,
    /// Load no more of the base scripts than every script needs.
    pub bare: bool,
    /// The layout, and whatever else is loaded before the file with the tests.
    pub scripts: Vec<String>,
    /// The node of the cluster to be.
    pub node: Option<String>,
    /// How much simulated time a test may take.
    pub deadline: Duration,
    /// Jumps that scripts may make in a test: what makes more never ends.
    pub jumps: u64,
    /// What everything is drawn from that is left to chance, where a test has no seed of its own.
    pub seed: u64,
    /// Set from outside to end what runs.
    pub stop: Arc<AtomicBool>,
    /// Where statements are counted: to which the counts are added.
    pub coverage: Option<Arc<Mutex<Coverage>>>,
    /// The command that runs tests in the same way: `brood test --node worker-1`.
    pub command: String,
}

/// One test of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitTest {
    /// As the script was named.
    pub file: String,
    /// `test_add`, or `test_add[one]` with one of its cases.
    pub name: String,
    /// The full name of the function.
    pub function: String,
    /// The case, by its key as text.
    pub case: Option<String>,
    /// Why it cannot be run.
    pub refused: Option<String>,
}

impl UnitTest {
    /// `tasks_test.bro::test_add[one]`
    pub fn full_name(&self) -> String {
        format!("{}::{}", self.file, self.name)
    }
}

/// Functions, events or hooks that are run before and after each test of their file.
const SETUP: &str = "setup";
const TEARDOWN: &str = "teardown";

/// What names of tests begin with.
const PREFIX: &str = "test_";

/// What is behind the name of a test in the name of its cases.
const CASES: &str = "_cases";
