//! `brood test --watch`: runs tests again whenever a file changes that they use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::diag::say;
use crate::testing::btest::{Config, Tests, absolute, files_of, touched};
use crate::testing::watch::Files;
use crate::testing::{is_script, unit};

/// How often files are looked at, where that takes next to no time.
const INTERVAL: Duration = Duration::from_millis(250);

/// Waiting takes this much longer than looking: many files cost no more than few.
const PATIENCE: u32 = 100;

/// However many files there are.
const LONGEST_INTERVAL: Duration = Duration::from_secs(2);

/// What is watched, and what has changed.
pub(super) struct Watch {
    /// What has changed since all tests ran; nothing is known of that before the first time.
    changed: Option<BTreeSet<PathBuf>>,
    folder: PathBuf,
    left_out: Vec<PathBuf>,
    /// Files that tests are known to use.
    known: BTreeSet<PathBuf>,
    /// The files that scripts with unit tests loaded last time; not of those that could not be loaded.
    loaded: BTreeMap<PathBuf, Arc<BTreeSet<PathBuf>>>,
    /// How all was when the tests were chosen.
    before: Files,
    /// The tests were chosen, and so have run.
    is_done: bool,
    /// How long it took to look at all files.
    effort: Duration,
}

impl Watch {
    pub(super) fn new(folder: &Path) -> Watch {
        Watch {
            changed: None,
            folder: folder.to_owned(),
            left_out: Vec::new(),
            known: BTreeSet::new(),
            loaded: BTreeMap::new(),
            before: Files::default(),
            is_done: false,
            effort: Duration::ZERO,
        }
    }

    fn look(&self) -> Files {
        Files::look([self.folder.as_path()], &self.left_out, self.known.iter().map(PathBuf::as_path))
    }

    /// As [`Watch::look`], after a while that fits how long that takes.
    fn look_later(&mut self) -> Files {
        std::thread::sleep((self.effort * PATIENCE).clamp(INTERVAL, LONGEST_INTERVAL));
        let began = Instant::now();
        let files = self.look();
        self.effort = began.elapsed();
        files
    }

    /// Of the tests that are meant, those that have to do with what has changed.
    pub(super) fn choose(&mut self, meant: Tests, config: &Config) -> Tests {
        self.folder.clone_from(&config.base);
        self.left_out = vec![config.sandboxes.clone()];
        let of_tests: BTreeSet<PathBuf> = meant.tests.iter().flat_map(|test| files_of(test, config)).collect();
        self.loaded.retain(|script, _| script.exists());
        let of_scripts: BTreeSet<PathBuf> = self.loaded.values().flat_map(|files| files.iter()).cloned().collect();
        self.known = of_tests.union(&of_scripts).chain(&meant.scripts).chain(&config.file).cloned().collect();
        self.before = self.look();
        self.is_done = true;
        let Some(changed) = self.changed.take() else { return meant };
        // What only unit tests load is nothing to the others.
        let of_others: BTreeSet<PathBuf> =
            changed.iter().filter(|path| of_tests.contains(*path) || !of_scripts.contains(*path)).cloned().collect();
        let is_unknown = |path: &PathBuf| is_script(path) && !of_tests.contains(path) && !of_scripts.contains(path);
        // A new script may be one that others look for.
        let may_be_any = changed.iter().any(is_unknown);
        let is_touched =
            |script: &PathBuf| may_be_any || self.loaded.get(script).is_none_or(|files| !files.is_disjoint(&changed));
        let scripts = meant.scripts.into_iter().filter(is_touched).collect();
        let tests = if of_others.is_empty() { Vec::new() } else { touched(meant.tests, config, &of_others) };
        Tests { tests, scripts }
    }

    /// Takes down what unit tests load, as it is found when they are chosen.
    pub(super) fn learn(&mut self, jobs: &[unit::Job], folder: &Path) {
        for job in jobs {
            let script = absolute(&job.case.file, folder);
            let Some(files) = &job.files else {
                self.loaded.remove(&script);
                continue;
            };
            for file in files.iter().filter(|file| self.known.insert((*file).clone())) {
                self.before.add(file);
            }
            self.loaded.insert(script, files.clone());
        }
    }

    /// Waits until something changes. Not so where somebody wants all to end.
    pub(super) fn wait(&mut self, is_asked: &dyn Fn() -> bool) -> Option<Vec<PathBuf>> {
        let after = self.look();
        // Whoever reads this may change files: all has been looked at.
        say!("waiting for files to change; Ctrl-C ends");
        // Tests may write files of their own; what they use has changed also where that was while they ran.
        let mut new: BTreeSet<PathBuf> = after.changed_since(&self.before).intersection(&self.known).cloned().collect();
        while new.is_empty() {
            if is_asked() {
                return None;
            }
            let mut now = self.look_later();
            // Whoever writes may not be done yet.
            while !now.changed_since(&after).is_empty() {
                let later = self.look_later();
                let is_quiet = later.changed_since(&now).is_empty();
                now = later;
                if is_quiet || is_asked() {
                    break;
                }
            }
            new = now.changed_since(&after);
        }
        // Where no tests can be chosen now, because of a mistake, what comes next counts from here.
        self.before = self.look();
        let told = new.iter().cloned().collect();
        if std::mem::take(&mut self.is_done) {
            self.changed = Some(new);
        } else if let Some(changed) = &mut self.changed {
            changed.extend(new);
        }
        Some(told)
    }
}
