//! What can be asked of a store, whether its entries are its own or a copy.

use hashbrown::HashMap;

use super::{Entries, StoreError, change};
use crate::wire::Data;

/// A copy of a store's entries.
pub type Replica = HashMap<Data, Data>;

/// A question to a store.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    Exists(Data),
    Get(Data),
    /// What the value of a key holds at an index.
    GetAt(Data, Data),
    /// All keys, as a set.
    Keys,
}

impl Query {
    /// Asks the owner of the entries. `now`: nanoseconds since the epoch.
    pub fn ask(&self, entries: &mut Entries, now: i64) -> Result<Data, StoreError> {
        match self {
            Query::Exists(key) => entries.exists(now, key).map(Data::Bool),
            Query::Get(key) => entries.get(now, key),
            Query::GetAt(key, index) => entries.get_at(now, key, index),
            Query::Keys => entries.keys(now),
        }
    }

    /// Asks a copy of the entries.
    pub fn ask_copy(&self, entries: &Replica) -> Result<Data, StoreError> {
        let get = |key: &Data| entries.get(key).ok_or(StoreError::NoSuchKey);
        match self {
            Query::Exists(key) => Ok(Data::Bool(entries.contains_key(key))),
            Query::Get(key) => get(key).cloned(),
            Query::GetAt(key, index) => change::at(get(key)?, index),
            Query::Keys => Ok(Data::Set(entries.keys().cloned().collect())),
        }
    }
}
