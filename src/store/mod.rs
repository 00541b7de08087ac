//! Data stores: keys and values of Broker's data, kept in memory or in a file.
//!
//! [`Entries`] own a [`Backend`] and add what is the same for all: changing values in place, looking into them,
//! and expiry. Times are nanoseconds since the epoch and are handed in; nothing here reads a clock.
//!
//! To add a backend, write its file and one row of [`BACKENDS`].

mod change;
mod entries;
mod memory;
mod query;
mod sqlite;

use std::fmt;

pub use entries::Entries;
pub use query::Query;

use crate::wire::Data;

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

/// Where a store keeps its entries. Expiry is only kept here, not judged.
pub trait Backend {
    fn put(&mut self, key: &Data, value: &Data, expiry: Option<i64>) -> Result<(), StoreError>;
    fn get(&self, key: &Data) -> Result<Option<Data>, StoreError>;
    fn exists(&self, key: &Data) -> Result<bool, StoreError>;
    fn erase(&mut self, key: &Data) -> Result<(), StoreError>;
    fn keys(&self) -> Result<Vec<Data>, StoreError>;
    /// How many entries there are, those included whose time is over.
    fn count(&self) -> Result<u64, StoreError>;
    fn clear(&mut self) -> Result<(), StoreError>;
    /// Removes the entries whose time is over.
    fn expire(&mut self, now: i64) -> Result<(), StoreError>;
    /// When the first entry expires.
    fn next_expiry(&self) -> Result<Option<i64>, StoreError>;
}

/// Where a backend may keep what it has: in a file of this name, or in memory only.
pub type Place<'a> = Option<&'a str>;

/// A kind of backend: its name in the enum `Broker::BackendType`, the ending of its files where it has some, and how
/// it is opened.
pub struct BackendKind {
    pub name: &'static str,
    pub file_ending: Option<&'static str>,
    pub open: fn(Place<'_>) -> Result<Box<dyn Backend>, StoreError>,
}

/// Every backend.
pub const BACKENDS: &[BackendKind] = &[
    BackendKind { name: "Broker::MEMORY", file_ending: None, open: memory::open },
    BackendKind { name: "Broker::SQLITE", file_ending: Some("sqlite"), open: sqlite::open },
];

/// Finds a backend by its name.
pub fn backend(name: &str) -> Option<&'static BackendKind> {
    BACKENDS.iter().find(|kind| kind.name == name)
}
