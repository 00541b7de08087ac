//! The options of `brood test` for coverage, and the reports that come of them.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::output::print;
use crate::diag::say;
use crate::testing::btest::Surroundings;
use crate::testing::coverage::{Coverage, Gathered, Gathering};

#[derive(Debug, Default, Args)]
pub(super) struct Covered {
    /// Say which statements of the scripts ran, besides those of the tests themselves: in a table, for lcov, on a page.
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, value_delimiter = ',',
          default_missing_value = "text")]
    coverage: Vec<Format>,
    /// Where reports on coverage go that are files: coverage.info, index.html.
    #[arg(long, value_name = "DIR", default_value = "coverage")]
    coverage_dir: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Lcov,
    Html,
}

impl Covered {
    /// Where counts are gathered, where anybody wants them.
    pub(super) fn gathering(&self) -> Result<Option<Gathering>, String> {
        if self.coverage.is_empty() {
            return Ok(None);
        }
        let gathering = Gathering::create();
        gathering.map(Some).map_err(|error| format!("cannot make a folder for coverage: {error}"))
    }

    /// Writes the reports. What lies in `sandboxes` is part of tests.
    pub(super) fn report(&self, command: &str, mut coverage: Coverage, sandboxes: &Path) -> Result<(), String> {
        let real = sandboxes.canonicalize().unwrap_or_else(|_| sandboxes.to_owned());
        coverage.retain(|path| !Path::new(path).starts_with(&real) && !Path::new(path).starts_with(sandboxes));
        if coverage.files.is_empty() {
            say!("{command}: no scripts ran but those of the tests and those in the program");
        }
        for format in &self.coverage {
            let path = match format {
                Format::Text if coverage.files.is_empty() => continue,
                Format::Text => {
                    print(command, coverage.table(Path::new("")));
                    continue;
                }
                Format::Lcov => self.coverage_dir.join("coverage.info"),
                Format::Html => self.coverage_dir.join("index.html"),
            };
            let written = coverage.report(&path, Path::new(""));
            written.map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            say!("coverage: {}", path.display());
        }
        Ok(())
    }
}

/// The surroundings of tests, in which counts are gathered if they are to be.
pub(super) fn gathered<'a>(gathering: Option<&'a Gathering>, inner: &'a dyn Surroundings) -> Option<Gathered<'a>> {
    gathering.map(|gathering| Gathered { gathering, inner })
}
