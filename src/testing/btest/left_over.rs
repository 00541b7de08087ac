//! Baselines whose test is gone.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::{Config, Test};

/// The folders with baselines, among those that are written to, that none of all tests of a suite has.
pub fn left_over(config: &Config, tests: &[Test]) -> Vec<PathBuf> {
    let names: BTreeSet<&str> = tests.iter().map(|test| test.name.as_str()).collect();
    // Where there is no such folder yet, nothing is left in it.
    let entries = config.baselines.first().into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let folders = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    let is_left = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        !names.contains(&*name) && !name.starts_with('.') && *path != config.timing_folder
    };
    let mut left: Vec<PathBuf> = folders.map(|entry| entry.path()).filter(is_left).collect();
    left.sort();
    left
}
