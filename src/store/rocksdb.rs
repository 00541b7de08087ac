//! Entries in a folder of `RocksDB`, laid out as Broker did while it had this: `d` before the key of a value, `e` before
//! the key of its expiry, `mbroker_version` for the version; keys, values and times in the encoding of Broker 2.
//!
//! Every change is the system's at once, and a killed process loses none; the disk is waited for once for a group of
//! changes, as for `SQLite`.

use std::borrow::Cow;

use brood_rocksdb::{Batch, Database, Error};

use super::group::{Group, Grouped};
use super::{Backend, LONGEST_UNSAFE, Options, StoreError, bytes, data};
use crate::wire::{Data, encode};

const VERSION_KEY: &[u8] = b"mbroker_version";

/// The version of Broker whose encoding this is.
const VERSION: &str = "2.8.0";

/// Versions before this one encode otherwise.
const FIRST_MAJOR: u32 = 2;

const VALUE: u8 = b'd';
const EXPIRY: u8 = b'e';

struct Rocks(Group<Folder>);

struct Folder {
    database: Database,
    /// Changes wait for the disk.
    open: bool,
    /// Waiting for the disk failed while nobody asked for it.
    failure: Option<StoreError>,
}

impl Grouped for Folder {
    fn is_open(&self) -> bool {
        self.open
    }

    fn commit(&mut self) {
        self.open = false;
        self.failure = self.database.sync().err().map(failed);
    }
}

fn failed(error: Error) -> StoreError {
    StoreError::Backend(error.0)
}

pub(super) fn open(options: &Options) -> Result<Box<dyn Backend>, StoreError> {
    let Some(path) = &options.place else {
        return Err(StoreError::Backend("RocksDB needs a folder".to_owned()));
    };
    let database = Database::open(path).map_err(failed)?;
    let version = database.get(VERSION_KEY).map_err(failed)?;
    if let Some(version) = version.as_deref() {
        check_version(&String::from_utf8_lossy(version))?;
    } else {
        let mut is_empty = true;
        let first = |_: &[u8], _: &[u8]| {
            is_empty = false;
            false
        };
        database.each(b"", first).map_err(failed)?;
        if !is_empty {
            return Err(StoreError::Backend("the folder holds no store".to_owned()));
        }
    }
    let mut batch = Batch::new().map_err(failed)?;
    batch.put(VERSION_KEY, VERSION.as_bytes());
    database.write(&batch).map_err(failed)?;
    let folder = Folder { database, open: false, failure: None };
    Ok(Box::new(Rocks(Group::new(folder, LONGEST_UNSAFE * 2 / 5))))
}

fn check_version(version: &str) -> Result<(), StoreError> {
    match version.split('.').next().and_then(|major| major.parse::<u32>().ok()) {
        Some(major) if major >= FIRST_MAJOR => Ok(()),
        _ => Err(StoreError::Backend(format!("the folder is one of Broker {version}, whose encoding is another"))),
    }
}

fn blob(kind: u8, key: &Data) -> Vec<u8> {
    let mut out = vec![kind];
    encode(key, &mut out);
    out
}

impl Rocks {
    fn write(&mut self, fill: impl FnOnce(&mut Batch)) -> Result<(), StoreError> {
        let mut batch = Batch::new().map_err(failed)?;
        fill(&mut batch);
        let mut access = self.0.look();
        let folder = access.value();
        if let Some(failure) = folder.failure.take() {
            return Err(failure);
        }
        folder.database.write(&batch).map_err(failed)?;
        if !std::mem::replace(&mut folder.open, true) {
            access.begun();
        }
        Ok(())
    }

    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.look().value().database.get(key).map_err(failed)
    }

    /// Collects what all keys of a kind and their values are made to.
    fn collect<T>(&self, kind: u8, make: impl Fn(&[u8], &[u8]) -> Result<T, StoreError>) -> Result<Vec<T>, StoreError> {
        let mut all = Ok(Vec::new());
        let mut access = self.0.look();
        let walked = access.value().database.each(&[kind], |key, value| {
            let Ok(made) = &mut all else { return false };
            match make(key.get(1..).unwrap_or_default(), value) {
                Ok(one) => made.push(one),
                Err(error) => all = Err(error),
            }
            true
        });
        walked.map_err(failed)?;
        all
    }
}

impl Backend for Rocks {
    fn put(&mut self, key: Data, value: Data, expiry: Option<i64>) -> Result<(), StoreError> {
        self.write(|batch| {
            batch.put(&blob(VALUE, &key), &bytes(&value));
            match expiry {
                Some(expiry) => batch.put(&blob(EXPIRY, &key), &bytes(&Data::Timestamp(expiry))),
                None => batch.delete(&blob(EXPIRY, &key)),
            }
        })
    }

    fn get(&self, key: &Data) -> Result<Option<Cow<'_, Data>>, StoreError> {
        self.value(&blob(VALUE, key))?.map(|value| data(&value).map(Cow::Owned)).transpose()
    }

    fn exists(&self, key: &Data) -> Result<bool, StoreError> {
        Ok(self.value(&blob(VALUE, key))?.is_some())
    }

    fn erase(&mut self, key: &Data) -> Result<bool, StoreError> {
        let was_there = self.exists(key)?;
        if was_there {
            self.write(|batch| {
                batch.delete(&blob(VALUE, key));
                batch.delete(&blob(EXPIRY, key));
            })?;
        }
        Ok(was_there)
    }

    fn expire(&mut self, key: &Data, now: i64) -> Result<bool, StoreError> {
        let expiry = self.value(&blob(EXPIRY, key))?.map(|expiry| data(&expiry)).transpose()?;
        match expiry {
            Some(Data::Timestamp(expiry)) if expiry <= now => self.erase(key),
            _ => Ok(false),
        }
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        let mut keys = self.collect(VALUE, |key, _| Ok([&[VALUE], key].concat()))?;
        keys.extend(self.collect(EXPIRY, |key, _| Ok([&[EXPIRY], key].concat()))?);
        self.write(|batch| keys.iter().for_each(|key| batch.delete(key)))
    }

    fn keys(&self) -> Result<Vec<Data>, StoreError> {
        self.collect(VALUE, |key, _| data(key))
    }

    fn count(&self) -> Result<u64, StoreError> {
        self.collect(VALUE, |_, _| Ok(())).map(|all| all.len() as u64)
    }

    fn all(&self) -> Result<Vec<(Data, Data)>, StoreError> {
        self.collect(VALUE, |key, value| Ok((data(key)?, data(value)?)))
    }

    fn expiries(&self) -> Result<Vec<(Data, i64)>, StoreError> {
        self.collect(EXPIRY, |key, expiry| match data(expiry)? {
            Data::Timestamp(expiry) => Ok((data(key)?, expiry)),
            other => Err(StoreError::InvalidData(format!("an expiry is a {}", other.data_type().name()))),
        })
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let mut access = self.0.look();
        access.commit();
        access.value().failure.take().map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use brood_rocksdb::{Batch, Database};

    use super::open;
    use crate::store::{Entries, Options, StoreError};
    use crate::wire::{Data, DataType};

    fn at(path: &str) -> Options {
        Options { place: Some(path.to_owned()), ..Options::default() }
    }

    fn new_folder() -> (String, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (folder.path().join("s.rocksdb").to_str().unwrap().to_owned(), folder)
    }

    #[test]
    fn a_folder_keeps_its_entries() {
        let (path, _folder) = new_folder();
        let master = || Entries::new(open(&at(&path)).unwrap()).unwrap();
        let key = |text: &str| Data::string(text);
        let mut entries = master();
        entries.put(0, key("a"), Data::Count(1), None).unwrap();
        entries.add(0, &key("a"), &Data::Count(2), DataType::Count, None).unwrap();
        entries.put(0, key("old"), Data::Count(1), Some(5)).unwrap();
        entries.put(0, key("gone"), Data::Count(1), None).unwrap();
        assert_eq!((entries.erase(0, &key("gone")), entries.erase(0, &key("gone"))), (Ok(true), Ok(false)));
        entries.commit().unwrap();
        drop(entries);
        let mut entries = master();
        assert_eq!((entries.count(), entries.next_expiry()), (Ok(2), Some(5)));
        assert_eq!(entries.take_expired(10), Ok(vec![key("old")]));
        assert_eq!(entries.all(10), Ok(vec![(key("a"), Data::Count(3))]));
        entries.clear().unwrap();
        assert_eq!((entries.count(), entries.keys(10)), (Ok(0), Ok(Data::Set([].into()))));
    }

    #[test]
    fn the_layout_is_broker_s() {
        let (path, _folder) = new_folder();
        let mut entries = Entries::new(open(&at(&path)).unwrap()).unwrap();
        entries.put(0, Data::string("k"), Data::Count(7), Some(1)).unwrap();
        drop(entries);
        let database = Database::open(&path).unwrap();
        let mut found = Vec::new();
        database
            .each(b"", |key, value| {
                found.push((key.to_vec(), value.to_vec()));
                true
            })
            .unwrap();
        let row = |key: &[u8], value: &[u8]| (key.to_vec(), value.to_vec());
        let expected = [
            row(b"d\x05\x01k", b"\x02\0\0\0\0\0\0\0\x07"),
            row(b"e\x05\x01k", b"\x09\0\0\0\0\0\0\0\x01"),
            row(b"mbroker_version", b"2.8.0"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_no_store_is_refused() {
        let refusal = |path: &str| match open(&at(path)) {
            Err(StoreError::Backend(reason)) => reason,
            _ => panic!("{path} was taken"),
        };
        let write = |path: &str, key: &[u8], value: &[u8]| {
            let mut batch = Batch::new().unwrap();
            batch.put(key, value);
            Database::open(path).unwrap().write(&batch).unwrap();
        };
        let (path, _folder) = new_folder();
        write(&path, b"people", b"many");
        assert_eq!(refusal(&path), "the folder holds no store");
        let (path, _folder) = new_folder();
        write(&path, b"mbroker_version", b"1.1.2");
        assert_eq!(refusal(&path), "the folder is one of Broker 1.1.2, whose encoding is another");
        let (path, _folder) = new_folder();
        std::fs::write(&path, "a file").unwrap();
        assert!(!refusal(&path).is_empty());
        let (path, _folder) = new_folder();
        let _master = open(&at(&path)).unwrap();
        assert!(refusal(&path).contains("lock"), "{}", refusal(&path));
    }
}
