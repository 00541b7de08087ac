//! The entries of a store.

use super::{Backend, StoreError, change};
use crate::wire::{Data, DataType};

/// A store's entries with all that can be done to them. Every operation is told the time; entries whose time is over
/// are gone before it.
pub struct Entries {
    backend: Box<dyn Backend>,
    /// When the first entry expires.
    next_expiry: Option<i64>,
}

impl Entries {
    pub fn new(backend: Box<dyn Backend>) -> Result<Self, StoreError> {
        let next_expiry = backend.next_expiry()?;
        Ok(Entries { backend, next_expiry })
    }

    /// When the first entry expires.
    pub fn next_expiry(&self) -> Option<i64> {
        self.next_expiry
    }

    /// How many entries there are. Some backends go through all of them for that.
    pub fn count(&self) -> Result<u64, StoreError> {
        self.backend.count()
    }

    /// Removes what has expired.
    pub fn expire(&mut self, now: i64) -> Result<(), StoreError> {
        if self.next_expiry.is_some_and(|next| next <= now) {
            self.backend.expire(now)?;
            self.next_expiry = self.backend.next_expiry()?;
        }
        Ok(())
    }

    fn store(&mut self, key: &Data, value: &Data, expiry: Option<i64>) -> Result<(), StoreError> {
        self.backend.put(key, value, expiry)?;
        if let Some(expiry) = expiry {
            self.next_expiry = Some(self.next_expiry.map_or(expiry, |next| next.min(expiry)));
        }
        Ok(())
    }

    /// Sets the value of a key; after `lifetime` nanoseconds it is gone.
    pub fn put(&mut self, now: i64, key: &Data, value: &Data, lifetime: Option<i64>) -> Result<(), StoreError> {
        self.expire(now)?;
        self.store(key, value, end(now, lifetime))
    }

    /// Sets the value of a key that has none. False where it has one.
    pub fn put_unique(
        &mut self,
        now: i64,
        key: &Data,
        value: &Data,
        lifetime: Option<i64>,
    ) -> Result<bool, StoreError> {
        self.expire(now)?;
        if self.backend.exists(key)? {
            return Ok(false);
        }
        self.store(key, value, end(now, lifetime))?;
        Ok(true)
    }

    /// Adds to the value of a key; what is not there yet starts empty, as a value of type `start`.
    pub fn add(
        &mut self,
        now: i64,
        key: &Data,
        what: &Data,
        start: DataType,
        lifetime: Option<i64>,
    ) -> Result<(), StoreError> {
        self.expire(now)?;
        let mut value = self.backend.get(key)?.unwrap_or_else(|| Data::empty(start));
        change::add(&mut value, what)?;
        self.store(key, &value, end(now, lifetime))
    }

    /// Takes from the value of a key.
    pub fn subtract(&mut self, now: i64, key: &Data, what: &Data, lifetime: Option<i64>) -> Result<(), StoreError> {
        self.expire(now)?;
        let mut value = self.backend.get(key)?.ok_or(StoreError::NoSuchKey)?;
        change::subtract(&mut value, what)?;
        self.store(key, &value, end(now, lifetime))
    }

    pub fn erase(&mut self, now: i64, key: &Data) -> Result<(), StoreError> {
        self.expire(now)?;
        self.backend.erase(key)
    }

    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.next_expiry = None;
        self.backend.clear()
    }

    pub fn get(&mut self, now: i64, key: &Data) -> Result<Data, StoreError> {
        self.expire(now)?;
        self.backend.get(key)?.ok_or(StoreError::NoSuchKey)
    }

    /// What the value of a key holds at an index.
    pub fn get_at(&mut self, now: i64, key: &Data, index: &Data) -> Result<Data, StoreError> {
        change::at(&self.get(now, key)?, index)
    }

    pub fn exists(&mut self, now: i64, key: &Data) -> Result<bool, StoreError> {
        self.expire(now)?;
        self.backend.exists(key)
    }

    /// Everything there is, in no order.
    pub fn all(&mut self, now: i64) -> Result<Vec<(Data, Data)>, StoreError> {
        self.expire(now)?;
        let keys = self.backend.keys()?;
        let value = |key: Data| self.backend.get(&key).map(|value| value.map(|value| (key, value)));
        keys.into_iter().filter_map(|key| value(key).transpose()).collect()
    }

    /// Removes what has expired, and gives its keys.
    pub fn take_expired(&mut self, now: i64) -> Result<Vec<Data>, StoreError> {
        if self.next_expiry.is_none_or(|next| next > now) {
            return Ok(Vec::new());
        }
        let before = self.backend.keys()?;
        self.expire(now)?;
        let mut gone = Vec::new();
        for key in before {
            if !self.backend.exists(&key)? {
                gone.push(key);
            }
        }
        Ok(gone)
    }

    /// All keys, as a set.
    pub fn keys(&mut self, now: i64) -> Result<Data, StoreError> {
        self.expire(now)?;
        Ok(Data::Set(self.backend.keys()?.into_iter().collect()))
    }
}

fn end(now: i64, lifetime: Option<i64>) -> Option<i64> {
    lifetime.map(|lifetime| now.saturating_add(lifetime))
}

#[cfg(test)]
mod tests {
    use super::Entries;
    use crate::store::{BACKENDS, StoreError};
    use crate::wire::{Data, DataType};

    /// Runs a test on every backend, in memory.
    fn each(test: impl Fn(&mut Entries)) {
        for kind in BACKENDS {
            test(&mut Entries::new((kind.open)(None).unwrap()).unwrap());
        }
    }

    fn key(text: &str) -> Data {
        Data::string(text)
    }

    #[test]
    fn what_is_put_is_there() {
        each(|master| {
            master.put(0, &key("a"), &Data::Count(1), None).unwrap();
            assert_eq!(master.get(0, &key("a")), Ok(Data::Count(1)));
            assert_eq!(master.get(0, &key("b")), Err(StoreError::NoSuchKey));
            assert_eq!(master.put_unique(0, &key("a"), &Data::Count(2), None), Ok(false));
            assert_eq!(master.put_unique(0, &key("b"), &Data::Count(2), None), Ok(true));
            assert_eq!(master.exists(0, &key("b")), Ok(true));
            assert_eq!(master.keys(0), Ok(Data::Set([key("a"), key("b")].into())));
            master.erase(0, &key("a")).unwrap();
            assert_eq!(master.exists(0, &key("a")), Ok(false));
            master.clear().unwrap();
            assert_eq!(master.keys(0), Ok(Data::Set([].into())));
        });
    }

    #[test]
    fn values_change_in_place() {
        each(|master| {
            master.add(0, &key("n"), &Data::Count(2), DataType::Count, None).unwrap();
            master.add(0, &key("n"), &Data::Count(3), DataType::Count, None).unwrap();
            master.subtract(0, &key("n"), &Data::Count(1), None).unwrap();
            assert_eq!(master.get(0, &key("n")), Ok(Data::Count(4)));
            assert_eq!(master.add(0, &key("n"), &key("x"), DataType::String, None), Err(StoreError::TypeClash));
            assert_eq!(master.subtract(0, &key("m"), &Data::Count(1), None), Err(StoreError::NoSuchKey));
            master.add(0, &key("s"), &Data::Count(1), DataType::Set, None).unwrap();
            assert_eq!(master.get_at(0, &key("s"), &Data::Count(1)), Ok(Data::Bool(true)));
        });
    }

    #[test]
    fn entries_live_as_long_as_they_may() {
        each(|master| {
            master.put(100, &key("a"), &Data::Count(1), Some(10)).unwrap();
            master.put(100, &key("b"), &Data::Count(1), Some(20)).unwrap();
            master.put(100, &key("c"), &Data::Count(1), None).unwrap();
            assert_eq!(master.exists(109, &key("a")), Ok(true));
            assert_eq!(master.exists(110, &key("a")), Ok(false));
            // Without a lifetime of its own a change makes the entry stay.
            master.add(115, &key("b"), &Data::Count(1), DataType::Count, None).unwrap();
            assert_eq!(master.keys(1000), Ok(Data::Set([key("b"), key("c")].into())));
        });
    }
}
