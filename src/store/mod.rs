//! Data stores: keys and values of Broker's data, kept in memory or in a file.
//!
//! [`Entries`] own a [`Backend`] and add what is the same for all: changing values in place, looking into them,
//! and expiry. Times are nanoseconds since the epoch and are handed in; nothing here reads a clock.
//!
//! What was changed is safe from a crash behind [`Entries::commit`], which goes before every answer that a script or
//! another node gets. A backend that keeps files lets no more than [`LONGEST_UNSAFE`] of other changes be lost.
//!
//! To add a backend, write its file and one row of [`BACKENDS`].

mod change;
mod entries;
mod expiries;
mod group;
mod memory;
mod options;
mod query;
#[cfg(feature = "rocksdb")]
mod rocksdb;
mod sqlite;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

pub use entries::Entries;
pub use options::{Journal, OnFailure, Options, Synchronous};
pub use query::{Query, Replica};

use crate::wire::{Data, decode, encode};

/// Why an operation on a store has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    NoSuchKey,
    /// The value is of another type than the operation needs.
    TypeClash,
    InvalidData(String),
    /// A copy has been without its master for too long.
    Stale,
    /// There is no master.
    NoMaster,
    /// The master is on another node.
    MasterExists,
    /// The backend cannot work; with the reason.
    Backend(String),
}

impl fmt::Display for StoreError {
    /// Broker's name of the error, and what there is to say beside it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::NoSuchKey => f.write_str("no_such_key"),
            StoreError::TypeClash => f.write_str("type_clash"),
            StoreError::Stale => f.write_str("stale_data"),
            StoreError::NoMaster => f.write_str("no_such_master"),
            StoreError::MasterExists => f.write_str("master_exists"),
            StoreError::InvalidData(reason) => write!(f, "invalid_data: {reason}"),
            StoreError::Backend(reason) => write!(f, "backend_failure: {reason}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// Changes that nobody was answered are in a file after so long at the latest.
pub const LONGEST_UNSAFE: Duration = Duration::from_millis(10);

/// Where a store keeps its entries. Expiry is only kept here, not judged.
pub trait Backend {
    fn put(&mut self, key: Data, value: Data, expiry: Option<i64>) -> Result<(), StoreError>;
    fn get(&self, key: &Data) -> Result<Option<Cow<'_, Data>>, StoreError>;
    fn exists(&self, key: &Data) -> Result<bool, StoreError>;
    /// Removes an entry. Whether it was there.
    fn erase(&mut self, key: &Data) -> Result<bool, StoreError>;
    /// Removes an entry unless it has another expiry meanwhile. Whether it is gone by this.
    fn expire(&mut self, key: &Data, now: i64) -> Result<bool, StoreError>;
    fn clear(&mut self) -> Result<(), StoreError>;
    fn keys(&self) -> Result<Vec<Data>, StoreError>;
    /// How many entries there are, those included whose time is over.
    fn count(&self) -> Result<u64, StoreError>;
    fn all(&self) -> Result<Vec<(Data, Data)>, StoreError>;
    /// The keys of entries that expire, and when.
    fn expiries(&self) -> Result<Vec<(Data, i64)>, StoreError>;

    /// Changes the value of a key where that works, and gives it another expiry.
    fn change(
        &mut self,
        key: &Data,
        expiry: Option<i64>,
        change: &mut dyn FnMut(&mut Data) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut value = self.get(key)?.ok_or(StoreError::NoSuchKey)?.into_owned();
        change(&mut value)?;
        self.put(key.clone(), value, expiry)
    }

    /// Brings all changes to where they are safe from a crash.
    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A kind of backend: its name in the enum `Broker::BackendType`, the ending of its files where it has some, and how
/// it is opened.
pub struct BackendKind {
    pub name: &'static str,
    pub file_ending: Option<&'static str>,
    pub open: fn(&Options) -> Result<Box<dyn Backend>, StoreError>,
}

/// Every backend.
pub const BACKENDS: &[BackendKind] = &[
    BackendKind { name: "Broker::MEMORY", file_ending: None, open: memory::open },
    BackendKind { name: "Broker::SQLITE", file_ending: Some("sqlite"), open: sqlite::open },
    BackendKind { name: "Broker::ROCKSDB", file_ending: Some("rocksdb"), open: OPEN_ROCKSDB },
];

#[cfg(feature = "rocksdb")]
const OPEN_ROCKSDB: fn(&Options) -> Result<Box<dyn Backend>, StoreError> = rocksdb::open;

#[cfg(not(feature = "rocksdb"))]
const OPEN_ROCKSDB: fn(&Options) -> Result<Box<dyn Backend>, StoreError> =
    |_| Err(StoreError::Backend("this build has no RocksDB; one with the Cargo feature `rocksdb` has".to_owned()));

/// Finds a backend by its name.
pub fn backend(name: &str) -> Option<&'static BackendKind> {
    BACKENDS.iter().find(|kind| kind.name == name)
}

/// A key or value as files of stores have it, in Broker's encoding.
fn bytes(data: &Data) -> Vec<u8> {
    let mut out = Vec::new();
    encode(data, &mut out);
    out
}

/// What [`bytes`] made, or another program.
fn data(bytes: &[u8]) -> Result<Data, StoreError> {
    decode(bytes).map_err(|error| StoreError::InvalidData(error.to_string()))
}
