//! When which entries of a store are over.

use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::wire::Data;

/// The entries that end, by time. Most stores have none, and then nothing here costs anything.
#[derive(Default)]
pub(super) struct Expiries {
    by_time: BTreeSet<(i64, Data)>,
    by_key: HashMap<Data, i64>,
}

impl Expiries {
    pub(super) fn new(entries: Vec<(Data, i64)>) -> Self {
        let mut expiries = Expiries::default();
        entries.into_iter().for_each(|(key, expiry)| expiries.set(&key, Some(expiry)));
        expiries
    }

    /// When the first entry ends.
    pub(super) fn next(&self) -> Option<i64> {
        self.by_time.first().map(|(expiry, _)| *expiry)
    }

    /// An entry ends at a time, or does not any more.
    pub(super) fn set(&mut self, key: &Data, expiry: Option<i64>) {
        if !self.by_key.is_empty()
            && let Some(before) = self.by_key.remove(key)
        {
            self.by_time.remove(&(before, key.clone()));
        }
        if let Some(expiry) = expiry {
            self.by_key.insert(key.clone(), expiry);
            self.by_time.insert((expiry, key.clone()));
        }
    }

    pub(super) fn clear(&mut self) {
        self.by_time.clear();
        self.by_key.clear();
    }

    /// Takes out an entry that is over.
    pub(super) fn pop_due(&mut self, now: i64) -> Option<Data> {
        self.by_time.first().filter(|(expiry, _)| *expiry <= now)?;
        let (_, key) = self.by_time.pop_first()?;
        self.by_key.remove(&key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::Expiries;
    use crate::wire::Data;

    #[test]
    fn an_entry_ends_once_at_its_last_time() {
        let (a, b) = (Data::string("a"), Data::string("b"));
        let mut expiries = Expiries::new(vec![(a.clone(), 10), (b.clone(), 5)]);
        assert_eq!(expiries.next(), Some(5));
        expiries.set(&b, Some(20));
        expiries.set(&a, Some(15));
        assert_eq!((expiries.next(), expiries.pop_due(14)), (Some(15), None));
        assert_eq!((expiries.pop_due(15), expiries.pop_due(15)), (Some(a), None));
        expiries.set(&b, None);
        assert_eq!((expiries.next(), expiries.pop_due(100)), (None, None));
    }
}
