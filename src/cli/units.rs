//! What `brood test` is told about unit tests, and which files have some.

use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use super::launch::setup_with;
use super::sim::time;
use crate::engine::Personality;
use crate::launch::Launch;
use crate::load::disk::Disk;
use crate::testing::btest::{Config, Groups, Mention, groups_of};
use crate::testing::unit::{self, Selection, Settings};
use crate::testing::words::command_line;

/// Between a file and the name of a test in it.
const SEPARATOR: &str = "::";

/// The default of `--deadline`.
const DEADLINE: Duration = Duration::from_hours(1);

/// The default of `--jumps`.
const JUMPS: u64 = 100_000_000;

#[derive(Debug, Args)]
#[command(next_help_heading = "Unit tests")]
pub(super) struct Units {
    /// Run unit tests as this node of a cluster.
    #[arg(long, value_name = "NAME")]
    node: Option<String>,
    /// The layout of the cluster for unit tests, a script of any name.
    #[arg(long, value_name = "FILE")]
    layout: Option<String>,
    /// How much simulated time a unit test may take.
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "1hr")]
    deadline: Duration,
    /// Jumps (rounds of loops, more or less) that scripts may make in a unit test: what makes more never ends.
    #[arg(long, value_name = "N", default_value_t = JUMPS)]
    jumps: u64,
    /// Load for unit tests no more of the base scripts than every script needs.
    #[arg(long = "bare-mode")]
    bare: bool,
}

impl Units {
    pub(super) fn settings(&self, seed: u64) -> Settings {
        let scripts: Vec<String> = self.layout.iter().cloned().collect();
        let launch = Launch {
            personality: Personality::Brood,
            bare: self.bare,
            scripts: scripts.clone(),
            layout: self.layout.clone(),
            ..Launch::default()
        };
        Settings {
            setup: Arc::new(move || setup_with(&launch, Rc::new(Disk))),
            bare: self.bare,
            scripts,
            node: self.node.clone(),
            deadline: self.deadline,
            jumps: self.jumps,
            seed,
            stop: Arc::default(),
            coverage: None,
            command: self.command(),
        }
    }

    /// The command that runs unit tests in the same way.
    fn command(&self) -> String {
        let mut words = vec!["brood".to_owned(), "test".to_owned()];
        let named = [("--node", &self.node), ("--layout", &self.layout)];
        for (option, value) in named.iter().filter_map(|(option, value)| Some((option, value.as_ref()?))) {
            words.extend([(*option).to_owned(), value.clone()]);
        }
        if self.deadline != DEADLINE {
            words.extend(["--deadline".to_owned(), format!("{}sec", self.deadline.as_secs_f64())]);
        }
        if self.jumps != JUMPS {
            words.extend(["--jumps".to_owned(), self.jumps.to_string()]);
        }
        if self.bare {
            words.push("--bare-mode".to_owned());
        }
        command_line(&words)
    }
}

/// Takes those out of names that mean single unit tests: `tasks_test.bro::test_add`.
pub(super) fn take_selections(mentions: &mut Vec<Mention>) -> Vec<Selection> {
    let mut selections: Vec<Selection> = Vec::new();
    mentions.retain(|mention| {
        let Some((file, test)) = mention.name.split_once(SEPARATOR).filter(|(file, _)| Path::new(file).is_file())
        else {
            return true;
        };
        match selections.iter_mut().find(|selection| selection.file == file) {
            Some(selection) => selection.names.push(test.to_owned()),
            None => selections.push(Selection { file: file.to_owned(), names: vec![test.to_owned()] }),
        }
        false
    });
    selections
}

/// Those of the scripts that have unit tests, as they are seen from a folder.
pub(super) fn with_tests(scripts: &[PathBuf], folder: &Path) -> Vec<Selection> {
    let has_tests = |path: &&PathBuf| fs::read(path).is_ok_and(|text| unit::has_tests(&text));
    let shown = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).to_string_lossy().into_owned();
    let selection = |path| Selection { file: shown(path), names: Vec::new() };
    scripts.iter().filter(has_tests).map(selection).collect()
}

/// Leaves out those whose file is not of the groups that are meant.
pub(super) fn keep_groups(selections: &mut Vec<Selection>, groups: &Groups, config: &Config) {
    let of_file = |file: &str| fs::read(file).map(|text| groups_of(&config.prefix, &text)).unwrap_or_default();
    selections.retain(|selection| groups.take(&of_file(&selection.file)));
}
