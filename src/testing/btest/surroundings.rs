//! What stands around the commands of tests: plain processes, or something that serves what the commands call.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::testing::{Case, Outcome};

/// Says for each test what stands around it. Tests run on several threads.
pub trait Surroundings: Send + Sync {
    /// Whether tests share nothing but their files, so that those may run side by side that serialise otherwise.
    fn isolates(&self) -> bool {
        false
    }

    /// A test begins, in a folder that is its own. What is wrong fails it.
    fn enter(&self, case: &Case, sandbox: &Path) -> Result<Box<dyn Stay>, String>;
}

/// A test while it runs. All of it happens on one thread.
pub trait Stay {
    /// Folders that come first in `PATH`, before the tools of BTest.
    fn tools(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Variables of the commands, above all others.
    fn variables(&self) -> Vec<(OsString, OsString)> {
        Vec::new()
    }

    /// A command runs, as the process of this number.
    fn began(&self, _process: u32) {}

    /// It has ended.
    fn ended(&self) {}

    /// The test is over. There may be more to say of how it ended.
    fn leave(&mut self, _outcome: &mut Outcome) {}
}

/// Nothing but processes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Processes;

impl Surroundings for Processes {
    fn enter(&self, _case: &Case, _sandbox: &Path) -> Result<Box<dyn Stay>, String> {
        Ok(Box::new(Processes))
    }
}

impl Stay for Processes {}
