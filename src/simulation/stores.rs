//! Files of data stores in simulated directories: what was committed outlives the node that wrote it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::store::{Backend, StoreError};
use crate::wire::Data;

type Entry = (Data, Option<i64>);

/// One file.
#[derive(Default)]
pub(super) struct StoreFile {
    entries: IndexMap<Data, Entry, FxBuildHasher>,
    /// What the entries were that changed since the last commit, in the order of the changes.
    before: Vec<(Data, Option<Entry>)>,
    /// Nothing more can be written.
    pub(super) full: bool,
}

impl StoreFile {
    fn set(&mut self, key: Data, entry: Option<Entry>) {
        let before = match entry {
            Some(entry) => self.entries.insert(key.clone(), entry),
            None => self.entries.swap_remove(&key),
        };
        self.before.push((key, before));
    }

    /// Takes back what was not committed: whoever wrote it was killed.
    pub(super) fn roll_back(&mut self) {
        while let Some((key, before)) = self.before.pop() {
            match before {
                Some(entry) => self.entries.insert(key, entry),
                None => self.entries.swap_remove(&key),
            };
        }
    }

    /// Loses everything without a word.
    #[cfg(test)]
    pub(super) fn lose_all(&mut self) {
        self.entries.clear();
    }

    fn writable(&self) -> Result<(), StoreError> {
        if self.full { Err(StoreError::Backend("database or disk is full".to_owned())) } else { Ok(()) }
    }
}

/// A file while a node has it open.
pub(super) struct OpenStore(pub(super) Rc<RefCell<StoreFile>>);

impl Backend for OpenStore {
    fn put(&mut self, key: Data, value: Data, expiry: Option<i64>) -> Result<(), StoreError> {
        let mut file = self.0.borrow_mut();
        file.writable()?;
        file.set(key, Some((value, expiry)));
        Ok(())
    }

    fn get(&self, key: &Data) -> Result<Option<Cow<'_, Data>>, StoreError> {
        Ok(self.0.borrow().entries.get(key).map(|(value, _)| Cow::Owned(value.clone())))
    }

    fn exists(&self, key: &Data) -> Result<bool, StoreError> {
        Ok(self.0.borrow().entries.contains_key(key))
    }

    fn erase(&mut self, key: &Data) -> Result<bool, StoreError> {
        let mut file = self.0.borrow_mut();
        file.writable()?;
        let is_there = file.entries.contains_key(key);
        if is_there {
            file.set(key.clone(), None);
        }
        Ok(is_there)
    }

    fn expire(&mut self, key: &Data, now: i64) -> Result<bool, StoreError> {
        let is_over =
            self.0.borrow().entries.get(key).is_some_and(|(_, expiry)| expiry.is_some_and(|time| time <= now));
        if is_over { self.erase(key) } else { Ok(false) }
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        let mut file = self.0.borrow_mut();
        file.writable()?;
        let keys: Vec<Data> = file.entries.keys().cloned().collect();
        keys.into_iter().for_each(|key| file.set(key, None));
        Ok(())
    }

    fn keys(&self) -> Result<Vec<Data>, StoreError> {
        Ok(self.0.borrow().entries.keys().cloned().collect())
    }

    fn count(&self) -> Result<u64, StoreError> {
        Ok(self.0.borrow().entries.len() as u64)
    }

    fn all(&self) -> Result<Vec<(Data, Data)>, StoreError> {
        Ok(self.0.borrow().entries.iter().map(|(key, (value, _))| (key.clone(), value.clone())).collect())
    }

    fn expiries(&self) -> Result<Vec<(Data, i64)>, StoreError> {
        let file = self.0.borrow();
        Ok(file.entries.iter().filter_map(|(key, (_, expiry))| Some((key.clone(), (*expiry)?))).collect())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.0.borrow_mut().before.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::{OpenStore, StoreFile};
    use crate::store::{Backend, StoreError};
    use crate::wire::Data;

    #[test]
    fn what_was_not_committed_is_lost_and_the_rest_stays() {
        let file: Rc<RefCell<StoreFile>> = Rc::default();
        let mut store = OpenStore(file.clone());
        let (one, two) = (Data::Count(1), Data::Count(2));
        store.put(one.clone(), Data::Bool(true), Some(50)).unwrap();
        store.put(two.clone(), Data::Bool(true), None).unwrap();
        store.commit().unwrap();
        store.put(one.clone(), Data::Bool(false), None).unwrap();
        store.erase(&two).unwrap();
        store.put(Data::Count(3), Data::Bool(true), None).unwrap();
        assert_eq!(store.count(), Ok(2));
        file.borrow_mut().roll_back();
        assert_eq!(store.all().unwrap().len(), 2);
        assert_eq!(store.get(&one).unwrap().as_deref(), Some(&Data::Bool(true)));
        assert_eq!(store.expiries().unwrap(), [(one.clone(), 50)]);
        assert_eq!(
            [store.expire(&one, 49), store.expire(&two, 99), store.expire(&one, 50)],
            [Ok(false), Ok(false), Ok(true)]
        );
        store.clear().unwrap();
        file.borrow_mut().roll_back();
        assert_eq!(store.count(), Ok(2));
    }

    #[test]
    fn nothing_is_written_where_the_disk_is_full() {
        let file: Rc<RefCell<StoreFile>> = Rc::default();
        let mut store = OpenStore(file.clone());
        file.borrow_mut().full = true;
        let refused = store.put(Data::Count(1), Data::None, None);
        assert!(matches!(refused, Err(StoreError::Backend(_))));
        assert_eq!(store.count(), Ok(0));
    }
}
