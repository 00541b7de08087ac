//! `brood test` on files of BTest: every keyword in `tests/btest/keywords`, and the command itself.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "btest/choice.rs"]
mod choice;
#[path = "btest/keywords.rs"]
mod keywords;
#[path = "btest/mistakes.rs"]
mod mistakes;
#[path = "btest/reports.rs"]
mod reports;
#[path = "btest/running.rs"]
mod running;
#[path = "support/terminal.rs"]
mod terminal;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const BROOD: &str = env!("CARGO_BIN_EXE_brood");

/// A folder with tests.
struct Suite(tempfile::TempDir);

/// What a run of the program gave.
struct Run {
    status: i32,
    output: String,
    errors: String,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

impl Suite {
    /// A copy of a folder in `tests/btest`.
    fn of(name: &str) -> Suite {
        let suite = Suite(tempfile::tempdir().unwrap());
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/btest").join(name), suite.0.path());
        suite
    }

    /// Files with their texts.
    fn with(files: &[(&str, &str)]) -> Suite {
        let suite = Suite(tempfile::tempdir().unwrap());
        for (name, text) in files {
            suite.write(name, text);
        }
        suite
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        if text.starts_with("#!") {
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BROOD);
        command.arg("test").args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command.env("BTEST_BG_RUN_SLEEP", "0").env_remove("BTEST_CFG");
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        Run::from(self.command(arguments).output().unwrap())
    }

    /// Runs tests; their verdicts by their names.
    fn verdicts(&self, arguments: &[&str]) -> BTreeMap<String, String> {
        let file = self.path("verdicts.json");
        let mut all = vec!["--json", file.to_str().unwrap()];
        all.extend(arguments);
        let run = self.run(&all);
        let text = fs::read_to_string(&file).unwrap_or_else(|_| panic!("no report:\n{}", run.errors));
        fs::remove_file(&file).unwrap();
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        let tests = report["tests"].as_array().unwrap().iter();
        tests
            .map(|test| {
                let variant = test["variant"].as_str().map(|variant| format!(" [{variant}]")).unwrap_or_default();
                (test["name"].as_str().unwrap().to_owned() + &variant, test["verdict"].as_str().unwrap().to_owned())
            })
            .collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        Run {
            status: output.status.code().unwrap_or(-1),
            output: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// The lines that tell of tests, and the last.
    fn lines(&self) -> Vec<&str> {
        self.errors.lines().filter(|line| !line.is_empty() && !line.starts_with("  ")).collect()
    }
}
