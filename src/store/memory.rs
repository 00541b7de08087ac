//! Entries in memory.

use std::borrow::Cow;

use hashbrown::DefaultHashBuilder;
use indexmap::IndexMap;

use super::{Backend, Options, StoreError};
use crate::wire::Data;

/// In the order in which the keys came, so that a run is the same each time.
#[derive(Default)]
struct Memory(IndexMap<Data, Data, DefaultHashBuilder>);

// The signature is that of all backends.
pub(super) fn open(_options: &Options) -> Result<Box<dyn Backend>, StoreError> {
    Ok(Box::new(Memory::default()))
}

impl Backend for Memory {
    fn put(&mut self, key: Data, value: Data, _expiry: Option<i64>) -> Result<(), StoreError> {
        self.0.insert(key, value);
        Ok(())
    }

    fn get(&self, key: &Data) -> Result<Option<Cow<'_, Data>>, StoreError> {
        Ok(self.0.get(key).map(Cow::Borrowed))
    }

    fn exists(&self, key: &Data) -> Result<bool, StoreError> {
        Ok(self.0.contains_key(key))
    }

    fn change(
        &mut self,
        key: &Data,
        _expiry: Option<i64>,
        change: &mut dyn FnMut(&mut Data) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.0.get_mut(key).map_or(Err(StoreError::NoSuchKey), change)
    }

    fn erase(&mut self, key: &Data) -> Result<bool, StoreError> {
        Ok(self.0.swap_remove(key).is_some())
    }

    fn expire(&mut self, key: &Data, _now: i64) -> Result<bool, StoreError> {
        self.erase(key)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.0.clear();
        Ok(())
    }

    fn keys(&self) -> Result<Vec<Data>, StoreError> {
        Ok(self.0.keys().cloned().collect())
    }

    fn count(&self) -> Result<u64, StoreError> {
        Ok(self.0.len() as u64)
    }

    fn all(&self) -> Result<Vec<(Data, Data)>, StoreError> {
        Ok(self.0.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
    }

    fn expiries(&self) -> Result<Vec<(Data, i64)>, StoreError> {
        Ok(Vec::new())
    }
}
