//! The entries of a store.

use std::borrow::Cow;

use super::expiries::Expiries;
use super::{Backend, StoreError, change};
use crate::wire::{Data, DataType};

/// A store's entries with all that can be done to them. Every operation is told the time; entries whose time is over
/// are gone before it.
pub struct Entries {
    backend: Box<dyn Backend>,
    expiries: Expiries,
    /// Keys of entries that are over, and that nobody was told of.
    gone: Vec<Data>,
}

impl Entries {
    pub fn new(backend: Box<dyn Backend>) -> Result<Self, StoreError> {
        let expiries = Expiries::new(backend.expiries()?);
        Ok(Entries { backend, expiries, gone: Vec::new() })
    }

    /// When the first entry expires.
    pub fn next_expiry(&self) -> Option<i64> {
        if self.gone.is_empty() { self.expiries.next() } else { Some(0) }
    }

    /// How many entries there are. Some backends go through all of them for that.
    pub fn count(&self) -> Result<u64, StoreError> {
        self.backend.count()
    }

    /// Removes what has expired, and gives all keys that went so since the last call.
    pub fn take_expired(&mut self, now: i64) -> Result<Vec<Data>, StoreError> {
        self.expire(now)?;
        Ok(std::mem::take(&mut self.gone))
    }

    fn expire(&mut self, now: i64) -> Result<(), StoreError> {
        while let Some(key) = self.expiries.pop_due(now) {
            if self.backend.expire(&key, now)? {
                self.gone.push(key);
            }
        }
        Ok(())
    }

    /// Brings all changes to where they are safe from a crash.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.backend.commit()
    }

    fn store(&mut self, key: Data, value: Data, expiry: Option<i64>) -> Result<(), StoreError> {
        self.expiries.set(&key, expiry);
        self.backend.put(key, value, expiry)
    }

    /// Sets the value of a key; after `lifetime` nanoseconds it is gone.
    pub fn put(&mut self, now: i64, key: Data, value: Data, lifetime: Option<i64>) -> Result<(), StoreError> {
        self.expire(now)?;
        self.store(key, value, end(now, lifetime))
    }

    /// Sets the value of a key that has none. False where it has one.
    pub fn put_unique(&mut self, now: i64, key: Data, value: Data, lifetime: Option<i64>) -> Result<bool, StoreError> {
        self.expire(now)?;
        if self.backend.exists(&key)? {
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
        let expiry = end(now, lifetime);
        match self.backend.change(key, expiry, &mut |value| change::add(value, what)) {
            Err(StoreError::NoSuchKey) => {
                let mut value = Data::empty(start);
                change::add(&mut value, what)?;
                self.store(key.clone(), value, expiry)
            }
            changed => {
                changed?;
                self.expiries.set(key, expiry);
                Ok(())
            }
        }
    }

    /// Takes from the value of a key.
    pub fn subtract(&mut self, now: i64, key: &Data, what: &Data, lifetime: Option<i64>) -> Result<(), StoreError> {
        self.expire(now)?;
        let expiry = end(now, lifetime);
        self.backend.change(key, expiry, &mut |value| change::subtract(value, what))?;
        self.expiries.set(key, expiry);
        Ok(())
    }

    /// Removes a key. Whether it was there.
    pub fn erase(&mut self, now: i64, key: &Data) -> Result<bool, StoreError> {
        self.expire(now)?;
        self.expiries.set(key, None);
        self.backend.erase(key)
    }

    pub fn clear(&mut self) -> Result<(), StoreError> {
        self.expiries.clear();
        self.backend.clear()
    }

    fn look(&mut self, now: i64, key: &Data) -> Result<Cow<'_, Data>, StoreError> {
        self.expire(now)?;
        self.backend.get(key)?.ok_or(StoreError::NoSuchKey)
    }

    pub fn get(&mut self, now: i64, key: &Data) -> Result<Data, StoreError> {
        self.look(now, key).map(Cow::into_owned)
    }

    /// What the value of a key holds at an index.
    pub fn get_at(&mut self, now: i64, key: &Data, index: &Data) -> Result<Data, StoreError> {
        change::at(self.look(now, key)?.as_ref(), index)
    }

    pub fn exists(&mut self, now: i64, key: &Data) -> Result<bool, StoreError> {
        self.expire(now)?;
        self.backend.exists(key)
    }

    /// Everything there is, in no order.
    pub fn all(&mut self, now: i64) -> Result<Vec<(Data, Data)>, StoreError> {
        self.expire(now)?;
        self.backend.all()
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
    use crate::store::{BACKENDS, Options, StoreError};
    use crate::wire::{Data, DataType};

    /// Runs a test on every backend, in memory.
    fn each(test: impl Fn(&mut Entries)) {
        for kind in BACKENDS.iter().filter(|kind| kind.name != "Broker::ROCKSDB") {
            test(&mut Entries::new((kind.open)(&Options::default()).unwrap()).unwrap());
        }
    }

    fn key(text: &str) -> Data {
        Data::string(text)
    }

    #[test]
    fn what_is_put_is_there() {
        each(|master| {
            master.put(0, key("a"), Data::Count(1), None).unwrap();
            assert_eq!(master.get(0, &key("a")), Ok(Data::Count(1)));
            assert_eq!(master.get(0, &key("b")), Err(StoreError::NoSuchKey));
            assert_eq!(master.put_unique(0, key("a"), Data::Count(2), None), Ok(false));
            assert_eq!(master.put_unique(0, key("b"), Data::Count(2), None), Ok(true));
            assert_eq!(master.exists(0, &key("b")), Ok(true));
            assert_eq!(master.keys(0), Ok(Data::Set([key("a"), key("b")].into())));
            assert_eq!(master.erase(0, &key("a")), Ok(true));
            assert_eq!(master.erase(0, &key("a")), Ok(false));
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
            master.put(100, key("a"), Data::Count(1), Some(10)).unwrap();
            master.put(100, key("b"), Data::Count(1), Some(20)).unwrap();
            master.put(100, key("c"), Data::Count(1), None).unwrap();
            assert_eq!(master.exists(109, &key("a")), Ok(true));
            assert_eq!(master.exists(110, &key("a")), Ok(false));
            // Without a lifetime of its own a change makes the entry stay.
            master.add(115, &key("b"), &Data::Count(1), DataType::Count, None).unwrap();
            assert_eq!(master.keys(1000), Ok(Data::Set([key("b"), key("c")].into())));
            assert_eq!(master.take_expired(1000), Ok(vec![key("a")]));
            assert_eq!(master.take_expired(1000), Ok(vec![]));
        });
    }
}
