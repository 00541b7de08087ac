//! Coverage of tests: every process that a test starts leaves its counts in a folder, from which they are gathered, and
//! engines in this process add theirs.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::wanted::FILE;
use super::{Coverage, data};
use crate::testing::btest::{Stay, Surroundings};
use crate::testing::{Case, Outcome};

/// A folder for counts, gone with this value.
pub struct Gathering {
    folder: PathBuf,
    counted: Arc<Mutex<Coverage>>,
}

impl Gathering {
    /// # Errors
    /// Where the folder cannot be made.
    pub fn create() -> io::Result<Gathering> {
        let folder = data::new_folder(&std::env::temp_dir().join(format!("brood-coverage.{}", data::UNIQUE)))?;
        Ok(Gathering { folder, counted: Arc::default() })
    }

    /// To which engines in this process add what they have counted.
    pub fn counted(&self) -> Arc<Mutex<Coverage>> {
        self.counted.clone()
    }

    /// The variable by which processes leave their counts here.
    fn variable(&self) -> (OsString, OsString) {
        (FILE.into(), self.folder.join(format!("counts.{}", data::UNIQUE)).into())
    }

    /// All counts that are there.
    ///
    /// # Errors
    /// Where the folder cannot be read. A file that is not whole, since its process was killed, is left out.
    pub fn gather(&self) -> io::Result<Coverage> {
        let mut all = std::mem::take(&mut *self.counted.lock().unwrap_or_else(PoisonError::into_inner));
        for entry in fs::read_dir(&self.folder)? {
            if let Ok(coverage) = Coverage::read(&entry?.path()) {
                all.merge(coverage);
            }
        }
        Ok(all)
    }
}

impl Drop for Gathering {
    fn drop(&mut self) {
        // Nothing is lost if it stays.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Surroundings of tests whose processes are asked for their counts.
pub struct Gathered<'a> {
    pub gathering: &'a Gathering,
    pub inner: &'a dyn Surroundings,
}

impl Surroundings for Gathered<'_> {
    fn isolates(&self) -> bool {
        self.inner.isolates()
    }

    fn enter(&self, case: &Case, sandbox: &Path) -> Result<Box<dyn Stay>, String> {
        let inner = self.inner.enter(case, sandbox)?;
        Ok(Box::new(Asked { variable: self.gathering.variable(), inner }))
    }
}

struct Asked {
    variable: (OsString, OsString),
    inner: Box<dyn Stay>,
}

impl Stay for Asked {
    fn tools(&self) -> Vec<PathBuf> {
        self.inner.tools()
    }

    fn variables(&self) -> Vec<(OsString, OsString)> {
        let mut variables = self.inner.variables();
        variables.push(self.variable.clone());
        variables
    }

    fn began(&self, process: u32) {
        self.inner.began(process);
    }

    fn ended(&self) {
        self.inner.ended();
    }

    fn leave(&mut self, outcome: &mut Outcome) {
        self.inner.leave(outcome);
    }
}
