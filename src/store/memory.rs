//! Entries in memory.

use std::collections::{BTreeMap, BTreeSet};

use super::{Backend, Place, StoreError};
use crate::wire::Data;

#[derive(Default)]
struct Memory {
    entries: BTreeMap<Data, (Data, Option<i64>)>,
    /// The entries that expire, by time.
    expiries: BTreeSet<(i64, Data)>,
}

// The signature is that of all backends.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn open(_place: Place<'_>) -> Result<Box<dyn Backend>, StoreError> {
    Ok(Box::new(Memory::default()))
}

impl Memory {
    fn forget(&mut self, key: &Data, expiry: Option<i64>) {
        if let Some(expiry) = expiry {
            self.expiries.remove(&(expiry, key.clone()));
        }
    }
}

impl Backend for Memory {
    fn put(&mut self, key: &Data, value: &Data, expiry: Option<i64>) -> Result<(), StoreError> {
        if let Some((_, before)) = self.entries.insert(key.clone(), (value.clone(), expiry)) {
            self.forget(key, before);
        }
        if let Some(expiry) = expiry {
            self.expiries.insert((expiry, key.clone()));
        }
        Ok(())
    }

    fn get(&self, key: &Data) -> Result<Option<Data>, StoreError> {
        Ok(self.entries.get(key).map(|(value, _)| value.clone()))
    }

    fn exists(&self, key: &Data) -> Result<bool, StoreError> {
        Ok(self.entries.contains_key(key))
    }

    fn erase(&mut self, key: &Data) -> Result<(), StoreError> {
        if let Some((_, before)) = self.entries.remove(key) {
            self.forget(key, before);
        }
        Ok(())
    }

    fn keys(&self) -> Result<Vec<Data>, StoreError> {
        Ok(self.entries.keys().cloned().collect())
    }

    fn count(&self) -> Result<u64, StoreError> {
        Ok(self.entries.len() as u64)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.entries.clear();
        self.expiries.clear();
        Ok(())
    }

    fn expire(&mut self, now: i64) -> Result<(), StoreError> {
        while let Some((expiry, key)) = self.expiries.first().cloned() {
            if expiry > now {
                break;
            }
            self.expiries.pop_first();
            self.entries.remove(&key);
        }
        Ok(())
    }

    fn next_expiry(&self) -> Result<Option<i64>, StoreError> {
        Ok(self.expiries.first().map(|(expiry, _)| *expiry))
    }
}
