//! Who asks for coverage, and where it goes: the same for a process and for a simulated node.
//!
//! The environment asks by `BRO_PROFILER_FILE` or `ZEEK_PROFILER_FILE`, as it asks Bro, and by `BROOD_COVERAGE_FILE` for
//! counts that know more of where statements stand.

use std::io;
use std::path::{Path, PathBuf};

use super::profile::Profile;
use super::{Coverage, lcov, page, text};
use crate::diag::{Code, Diagnostic};
use crate::engine::{Engine, Personality};
use crate::launch::{Launch, Variables, variable};
use crate::source::Span;

/// The variable that names a file for counts, see [`Coverage::write`].
pub const FILE: &str = "BROOD_COVERAGE_FILE";

/// The width of a table.
const WIDTH: usize = 80;

/// What is to be written at the end of a run.
pub struct Wanted {
    personality: Personality,
    /// Where scripts ran, and what they and the files are called from.
    folder: PathBuf,
    profile: Option<(String, Profile)>,
    data: Option<PathBuf>,
    report: Option<PathBuf>,
}

impl Wanted {
    /// What a command line and its environment ask for, in `folder`.
    pub fn new(launch: &Launch, variables: Variables<'_>, folder: &Path) -> Wanted {
        let personality = launch.personality;
        let profile = variable(personality, variables, "_PROFILER_FILE");
        let data = variables(FILE).filter(|path| !path.is_empty());
        Wanted {
            personality,
            profile: profile.map(|path| (path.clone(), Profile::open(&folder.join(path)))),
            data: data.map(|path| folder.join(path)),
            report: launch.coverage.as_ref().map(|path| folder.join(path)),
            folder: folder.to_owned(),
        }
    }

    pub fn is_any(&self) -> bool {
        self.profile.is_some() || self.data.is_some() || self.report.is_some()
    }

    /// Writes everything. What cannot be written is reported.
    pub fn write(self, engine: &mut Engine) {
        if let Some((path, profile)) = self.profile {
            // Bro 2.6 writes before the last events, and not at all where a script ends it by `exit`.
            let counters = match self.personality {
                Personality::Bro => engine.counts_before_farewell().cloned(),
                Personality::Brood | Personality::Zeek => engine.vm.counters().cloned(),
            };
            if let Some(counters) = counters
                && profile.write(engine, &counters).is_err()
            {
                let name = if self.personality == Personality::Zeek { "ZEEK" } else { "BRO" };
                tell(engine, format!("Failed to open {name}_PROFILER_FILE destination '{path}' for writing"));
            }
        }
        if self.data.is_none() && self.report.is_none() {
            return;
        }
        let coverage = Coverage::of(engine, &self.folder, &[]);
        if let Some(path) = self.report
            && let Err(error) = coverage.report(&path, &self.folder)
        {
            tell(engine, format!("cannot write {}: {error}", path.display()));
        }
        if let Some(path) = self.data
            && let Err(error) = coverage.write(&path)
        {
            tell(engine, format!("cannot write {}: {error}", path.display()));
        }
    }
}

fn tell(engine: &mut Engine, message: String) {
    engine.report(&Diagnostic::error(Code::RunTime, Span::NONE, message));
}

impl Coverage {
    /// The table, as wide as terminals are. Files in `folder` are shown without it.
    pub fn table(&self, folder: &Path) -> String {
        text::report(self, &absolute(folder), WIDTH)
    }

    /// Writes a report in the form that the name asks for: a page (`.html`), lcov's (`.info`, `.lcov`), counts (`.json`)
    /// or a table.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn report(&self, path: &Path, folder: &Path) -> io::Result<()> {
        let text = match path.extension().and_then(|ending| ending.to_str()) {
            Some("html" | "htm") => page::report(self, &absolute(folder)),
            Some("info" | "lcov") => lcov::report(self),
            Some("json") => serde_json::to_string(self)?,
            _ => self.table(folder),
        };
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, text)
    }
}

fn absolute(folder: &Path) -> String {
    let path = std::env::current_dir().unwrap_or_default().join(folder);
    path.to_string_lossy().trim_end_matches('/').to_owned()
}
