//! Scripts that a program brings along, in front of those on the disk.

use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use crate::load::disk::Disk;
use crate::load::files::{Entry, Files, Identity};

/// Texts by name, then the real files.
#[derive(Default)]
pub(super) struct Texts {
    texts: BTreeMap<String, Rc<[u8]>>,
    disk: Disk,
}

impl Texts {
    pub(super) fn insert(&mut self, name: &str, text: &[u8]) {
        self.texts.insert(plain(name).to_string(), text.into());
    }
}

/// A name as it is found in the current directory.
fn plain(name: &str) -> &str {
    name.strip_prefix("./").unwrap_or(name)
}

impl Files for Texts {
    fn look(&self, path: &str) -> Entry {
        match self.texts.get_key_value(plain(path)) {
            Some((name, _)) => Entry::File(Identity::Path(name.as_str().into())),
            None => self.disk.look(path),
        }
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        match self.texts.get(plain(path)) {
            Some(text) if text.len() as u64 > limit => Err(io::ErrorKind::FileTooLarge.into()),
            Some(text) => Ok(text.clone()),
            None => self.disk.read(path, limit),
        }
    }

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>> {
        self.disk.read_standard_input(limit)
    }

    fn current_directory(&self) -> String {
        self.disk.current_directory()
    }
}
