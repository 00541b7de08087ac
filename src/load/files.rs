//! The file system as loading sees it. The simulator and tests hand in their own; see [`disk`](super::disk) for the
//! real one.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    Missing,
    /// Something that can be read, with what tells it from all others.
    File(Identity),
    Directory,
}

/// Two paths lead to the same file exactly if these are equal: a script is loaded once however it is named.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identity {
    /// Device and number of the file on it.
    Inode(u64, u64),
    /// For file systems without such numbers: a canonical path.
    Path(Rc<str>),
    /// A script in the binary.
    Embedded(&'static str),
    StandardInput,
}

/// Reads scripts. Paths are as found by the search, relative ones from the current directory.
pub trait Files {
    fn look(&self, path: &str) -> Entry;

    /// The whole file; an error if it is longer than `limit` bytes ([`io::ErrorKind::FileTooLarge`]).
    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>>;

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>>;

    /// Absolute; what `@DIR` begins with in files of relative names.
    fn current_directory(&self) -> String;
}

/// Keeps what was read, so that loading the same scripts for every node of a layout reads each file once.
pub struct Cached<F> {
    files: F,
    read: RefCell<BTreeMap<Box<str>, Rc<[u8]>>>,
    looked: RefCell<BTreeMap<Box<str>, Entry>>,
    input: RefCell<Option<Rc<[u8]>>>,
}

impl<F: Files> Cached<F> {
    pub fn new(files: F) -> Self {
        Cached { files, read: RefCell::default(), looked: RefCell::default(), input: RefCell::default() }
    }
}

impl<F: Files> Files for Cached<F> {
    fn look(&self, path: &str) -> Entry {
        if let Some(entry) = self.looked.borrow().get(path) {
            return entry.clone();
        }
        let entry = self.files.look(path);
        self.looked.borrow_mut().insert(path.into(), entry.clone());
        entry
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        if let Some(text) = self.read.borrow().get(path) {
            return Ok(text.clone());
        }
        let text = self.files.read(path, limit)?;
        self.read.borrow_mut().insert(path.into(), text.clone());
        Ok(text)
    }

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>> {
        if let Some(text) = &*self.input.borrow() {
            return Ok(text.clone());
        }
        let text = self.files.read_standard_input(limit)?;
        *self.input.borrow_mut() = Some(text.clone());
        Ok(text)
    }

    fn current_directory(&self) -> String {
        self.files.current_directory()
    }
}

/// Files in memory, by name.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Rc<[u8]>>,
    pub standard_input: Vec<u8>,
}

impl MemoryFiles {
    /// Adds or replaces a file. Relative names are below the current directory, which is `/work`.
    pub fn insert(&mut self, path: &str, text: impl Into<Rc<[u8]>>) {
        self.files.insert(canonical(path), text.into());
    }
}

impl<P: AsRef<str>, T: AsRef<[u8]>> FromIterator<(P, T)> for MemoryFiles {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(files: I) -> Self {
        let mut memory = MemoryFiles::default();
        for (path, text) in files {
            memory.insert(path.as_ref(), text.as_ref());
        }
        memory
    }
}

impl Files for MemoryFiles {
    fn look(&self, path: &str) -> Entry {
        let name = canonical(path);
        if self.files.contains_key(&name) {
            return Entry::File(Identity::Path(name.into()));
        }
        let folder = if name == "/" { name } else { format!("{name}/") };
        match self.files.range(folder.clone()..).next() {
            Some((first, _)) if first.starts_with(&folder) => Entry::Directory,
            _ => Entry::Missing,
        }
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        let text = self.files.get(&canonical(path)).ok_or(io::ErrorKind::NotFound)?;
        if text.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(text.clone())
    }

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>> {
        if self.standard_input.len() as u64 > limit {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(self.standard_input.as_slice().into())
    }

    fn current_directory(&self) -> String {
        "/work".into()
    }
}

/// The absolute form of a path without `.` and `..`, which is right where there are no links.
fn canonical(path: &str) -> String {
    let mut parts: Vec<&str> = if path.starts_with('/') { Vec::new() } else { vec!["work"] };
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{Cached, Entry, Files, Identity, MemoryFiles};

    #[test]
    fn memory_knows_files_and_directories() {
        let files: MemoryFiles = [("a/b.bro", "x"), ("/etc/c", "y")].into_iter().collect();
        let b = Entry::File(Identity::Path("/work/a/b.bro".into()));
        assert_eq!(files.look("./a/b.bro"), b);
        assert_eq!(files.look("/work/a/../a/./b.bro"), b);
        assert_eq!(files.look("a"), Entry::Directory);
        assert_eq!(files.look("."), Entry::Directory);
        assert_eq!(files.look("a/b"), Entry::Missing);
        assert_eq!(files.read("../etc/c", 10).unwrap()[..], *b"y");
        assert_eq!(files.read("../etc/c", 0).unwrap_err().kind(), std::io::ErrorKind::FileTooLarge);
        assert!(files.read("a", 10).is_err());
    }

    #[test]
    fn the_cache_reads_once() {
        struct Once(std::cell::Cell<u32>);
        impl Files for Once {
            fn look(&self, _: &str) -> Entry {
                self.0.set(self.0.get() + 1);
                Entry::Directory
            }
            fn read(&self, _: &str, _: u64) -> std::io::Result<Rc<[u8]>> {
                self.0.set(self.0.get() + 1);
                Ok(b"x"[..].into())
            }
            fn read_standard_input(&self, _: u64) -> std::io::Result<Rc<[u8]>> {
                self.0.set(self.0.get() + 1);
                Ok(b"in"[..].into())
            }
            fn current_directory(&self) -> String {
                "/".into()
            }
        }
        let cached = Cached::new(Once(0.into()));
        for _ in 0..3 {
            assert_eq!(cached.look("a"), Entry::Directory);
            assert_eq!(cached.read("a", 9).unwrap()[..], *b"x");
            assert_eq!(cached.read_standard_input(9).unwrap()[..], *b"in");
        }
        assert_eq!(cached.files.0.get(), 3);
    }
}
