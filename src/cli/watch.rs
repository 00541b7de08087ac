//! `brood test --watch`: runs tests again whenever a file changes that they use.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::testing::btest::{Config, Tests, files_of, touched};
use crate::testing::watch::Files;

/// How often files are looked at.
const INTERVAL: Duration = Duration::from_millis(250);

/// What is watched, and what has changed.
pub(super) struct Watch {
    /// What has changed since all tests ran; nothing is known of that before the first time.
    changed: Option<BTreeSet<PathBuf>>,
    folder: PathBuf,
    left_out: Vec<PathBuf>,
    /// Files that tests are known to use.
    known: BTreeSet<PathBuf>,
    /// How all was when the tests were chosen.
    before: Files,
    /// The tests were chosen, and so have run.
    is_done: bool,
}

impl Watch {
    pub(super) fn new(folder: &Path) -> Watch {
        Watch {
            changed: None,
            folder: folder.to_owned(),
            left_out: Vec::new(),
            known: BTreeSet::new(),
            before: Files::default(),
            is_done: false,
        }
    }

    fn look(&self) -> Files {
        Files::look([self.folder.as_path()], &self.left_out, self.known.iter().map(PathBuf::as_path))
    }

    /// Of the tests that are meant, those that have to do with what has changed.
    pub(super) fn choose(&mut self, meant: Tests, config: &Config) -> Tests {
        self.folder.clone_from(&config.base);
        self.left_out = vec![config.sandboxes.clone()];
        self.known = meant.tests.iter().flat_map(|test| files_of(test, config)).collect();
        self.known.extend(meant.scripts.iter().chain(&config.file).cloned());
        self.before = self.look();
        self.is_done = true;
        let Some(changed) = self.changed.take() else { return meant };
        let scripts: BTreeSet<PathBuf> = meant.scripts.iter().cloned().collect();
        let of_others: BTreeSet<PathBuf> = changed.difference(&scripts).cloned().collect();
        let all = meant.tests.len();
        let tests = if of_others.is_empty() { Vec::new() } else { touched(meant.tests, config, &of_others) };
        // Where it cannot be told what a file is for, all run, and scripts too.
        let mut chosen = meant.scripts;
        if tests.len() < all || of_others.is_empty() {
            chosen.retain(|script| changed.contains(script));
        }
        Tests { tests, scripts: chosen }
    }

    /// Waits until something changes. Not so where somebody wants all to end.
    pub(super) fn wait(&mut self, is_asked: &dyn Fn() -> bool) -> Option<Vec<PathBuf>> {
        let after = self.look();
        // Whoever reads this may change files: all has been looked at.
        eprintln!("waiting for files to change; Ctrl-C ends");
        // Tests may write files of their own; what they use has changed also where that was while they ran.
        let mut new: BTreeSet<PathBuf> = after.changed_since(&self.before).intersection(&self.known).cloned().collect();
        while new.is_empty() {
            if is_asked() {
                return None;
            }
            std::thread::sleep(INTERVAL);
            let mut now = self.look();
            // Whoever writes may not be done yet.
            while !now.changed_since(&after).is_empty() {
                std::thread::sleep(INTERVAL);
                let later = self.look();
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
