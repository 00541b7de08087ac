//! Which files have changed since they were last looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders below one another, so many at most.
const DEEPEST: usize = 64;

/// What tells a file from what it was.
type Stamp = (u64, Option<SystemTime>);

/// Files as they were at one time.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<PathBuf, Stamp>);

impl Files {
    /// Looks at all files below some folders, but not in those left out and not at hidden ones, and at single files.
    pub fn look<'a>(
        folders: impl IntoIterator<Item = &'a Path>,
        left_out: &[PathBuf],
        single: impl IntoIterator<Item = &'a Path>,
    ) -> Files {
        let mut files = Files::default();
        let mut waiting: Vec<(PathBuf, usize)> = folders.into_iter().map(|folder| (folder.to_owned(), 0)).collect();
        while let Some((folder, depth)) = waiting.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
                if is_hidden || left_out.contains(&path) {
                    continue;
                }
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() && depth < DEEPEST => waiting.push((path, depth + 1)),
                    Ok(kind) if kind.is_dir() => {}
                    _ => files.add(&path),
                }
            }
        }
        for path in single {
            files.add(path);
        }
        files
    }

    /// Looks at one more file.
    pub fn add(&mut self, path: &Path) {
        if let Ok(found) = fs::metadata(path) {
            self.0.insert(path.to_owned(), (found.len(), found.modified().ok()));
        }
    }

    /// What is new, gone or otherwise than before.
    pub fn changed_since(&self, before: &Files) -> BTreeSet<PathBuf> {
        let other = |(path, stamp): &(&PathBuf, &Stamp)| before.0.get(*path) != Some(*stamp);
        let changed = self.0.iter().filter(other).map(|(path, _)| path.clone());
        let gone = before.0.keys().filter(|path| !self.0.contains_key(*path)).cloned();
        changed.chain(gone).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_gone_or_different_has_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("deep/out")).unwrap();
        for name in ["same", "other", "gone", ".hidden", "deep/other", "deep/out/other"] {
            fs::write(path(name), "1").unwrap();
        }
        let single = path("deep/out/single");
        let left_out = [path("deep/out")];
        let look = || Files::look([folder.path()], &left_out, [single.as_path()]);
        let before = look();
        assert!(look().changed_since(&before).is_empty());
        for name in ["other", ".hidden", "deep/other", "deep/out/other", "deep/out/single", "new"] {
            fs::write(path(name), "22").unwrap();
        }
        fs::remove_file(path("gone")).unwrap();
        let changed = look().changed_since(&before);
        let expected = ["other", "deep/other", "deep/out/single", "new", "gone"].map(path);
        assert_eq!(changed, BTreeSet::from(expected));
    }
}
