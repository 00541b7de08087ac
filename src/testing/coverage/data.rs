//! Counts as a file: what a process leaves for whoever gathers them.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::Coverage;

/// What a name ends with that stands for a name of its own for each process, as for `mkstemp`: six times the letter X.
pub(super) const UNIQUE: &str = concat!("XX", "XX", "XX");

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// So many names are tried.
const TRIES: usize = 1000;

impl Coverage {
    /// Reads what [`Coverage::write`] wrote.
    ///
    /// # Errors
    /// Where it cannot be read, or is something else.
    pub fn read(path: &Path) -> io::Result<Coverage> {
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    /// Writes everything to a file; what it held before is added. Six X at the end of the name stand for a name that
    /// nobody else has.
    ///
    /// # Errors
    /// Where it cannot be written, or holds something else.
    pub fn write(mut self, path: &Path) -> io::Result<()> {
        if !is_unique(path) {
            match Coverage::read(path) {
                Ok(mut before) => {
                    before.merge(self);
                    self = before;
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        let text = serde_json::to_vec(&self)?;
        create(path)?.write_all(&text)
    }
}

/// Whether the name stands for one of its own: the letters stand at its end, and nowhere before.
pub(super) fn is_unique(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.find(UNIQUE).is_some_and(|at| at + UNIQUE.len() == name.len())
}

/// Makes a file, with the folders that it is in.
pub(super) fn create(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    if !is_unique(path) {
        return File::create(path);
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    with_unique(path, |path| options.open(path))
}

/// Makes a folder with a name of its own, for this user only.
pub(super) fn new_folder(path: &Path) -> io::Result<PathBuf> {
    with_unique(path, |path| DirBuilder::new().mode(0o700).create(path).map(|()| path.to_owned()))
}

/// Tries names until one is free.
fn with_unique<T>(path: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
    let name = path.to_string_lossy();
    let stem = name.strip_suffix(UNIQUE).unwrap_or(&name);
    for _ in 0..TRIES {
        // Each has its own keys.
        let mut bits = RandomState::new().hash_one(std::process::id());
        let mut name = stem.to_owned();
        for _ in 0..UNIQUE.len() {
            let letter = LETTERS.get((bits % LETTERS.len() as u64) as usize).copied().unwrap_or(b'X');
            name.push(char::from(letter));
            bits /= LETTERS.len() as u64;
        }
        match make(Path::new(&name)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result,
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}
