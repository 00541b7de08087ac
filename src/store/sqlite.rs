//! Entries in an `SQLite` file, laid out as Broker 2 lays it out, so that Zeek can read what is written here and the
//! other way round: a table of keys and values in Broker's encoding, and one that names Broker's version.
//!
//! A file that is broken or holds something else is refused and stays as it is, unless the options say that a broken
//! one is to be deleted.
//!
//! Changes wait for the disk in groups. Unless the options say otherwise the journal is a write-ahead log, for which a
//! group costs one wait, and every wait is to the end.

mod open;

use std::borrow::Cow;

use rusqlite::{CachedStatement, Connection, ErrorCode, params};

use super::group::{Access, Group, Grouped};
use super::{Backend, LONGEST_UNSAFE, StoreError, bytes, data};
use crate::wire::Data;

pub(super) use open::open;

/// How many statements are kept compiled; there are fewer.
const STATEMENTS: usize = 16;

struct Sqlite {
    group: Group<File>,
}

struct File {
    connection: Connection,
    /// There is a disk to wait for.
    is_kept: bool,
    /// Changes wait to be committed.
    open: bool,
    /// A commit that nobody asked for failed.
    failure: Option<StoreError>,
}

fn failure(error: &rusqlite::Error) -> StoreError {
    let what = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => "the file is no database",
        Some(ErrorCode::DatabaseCorrupt) => "the file is broken",
        Some(ErrorCode::CannotOpen) => "the file cannot be opened",
        _ => return StoreError::Backend(error.to_string()),
    };
    StoreError::Backend(what.to_owned())
}

/// For use with `map_err`, which hands the error over.
fn failed(error: rusqlite::Error) -> StoreError {
    failure(&error)
}

impl Grouped for File {
    fn is_open(&self) -> bool {
        self.open
    }

    fn commit(&mut self) {
        self.open = false;
        if let Err(error) = self.connection.execute_batch("commit") {
            // Without its transaction the connection works on.
            let _ = self.connection.execute_batch("rollback");
            self.failure = Some(StoreError::Backend(format!("changes are lost: {error}")));
        }
    }
}

impl File {
    fn statement(&self, text: &str) -> Result<CachedStatement<'_>, StoreError> {
        self.connection.prepare_cached(text).map_err(failed)
    }

    /// Makes the following changes part of a group. Whether it is a new one.
    fn begin(&mut self) -> Result<bool, StoreError> {
        if self.open || !self.is_kept {
            return Ok(false);
        }
        self.statement("begin immediate")?.execute([]).map_err(failed)?;
        self.open = true;
        Ok(true)
    }
}

impl Sqlite {
    fn new(connection: Connection, is_kept: bool) -> Self {
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        let file = File { connection, is_kept, open: false, failure: None };
        Sqlite { group: Group::new(file, LONGEST_UNSAFE * 2 / 5) }
    }

    /// Changes the file, as part of a group. Gives how many rows changed.
    fn execute(&mut self, text: &str, parameters: impl rusqlite::Params) -> Result<usize, StoreError> {
        let mut access = self.group.look();
        take_failure(&mut access)?;
        let file = access.value();
        let begins = file.begin()?;
        let changed = file.statement(text)?.execute(parameters).map_err(failed);
        if begins {
            access.begun();
        }
        changed
    }
}

fn take_failure(access: &mut Access<'_, File>) -> Result<(), StoreError> {
    access.value().failure.take().map_or(Ok(()), Err)
}

impl Backend for Sqlite {
    fn put(&mut self, key: Data, value: Data, expiry: Option<i64>) -> Result<(), StoreError> {
        let row = params![bytes(&key), bytes(&value), expiry];
        self.execute("replace into store(key, value, expiry) values(?, ?, ?)", row).map(drop)
    }

    fn get(&self, key: &Data) -> Result<Option<Cow<'_, Data>>, StoreError> {
        let mut access = self.group.look();
        let mut statement = access.value().statement("select value from store where key = ?")?;
        let mut rows = statement.query(params![bytes(key)]).map_err(failed)?;
        rows.next().map_err(failed)?.map(|row| column(row, 0).map(Cow::Owned)).transpose()
    }

    fn exists(&self, key: &Data) -> Result<bool, StoreError> {
        let mut access = self.group.look();
        access.value().statement("select 1 from store where key = ?")?.exists(params![bytes(key)]).map_err(failed)
    }

    fn erase(&mut self, key: &Data) -> Result<bool, StoreError> {
        self.execute("delete from store where key = ?", params![bytes(key)]).map(|gone| gone > 0)
    }

    fn expire(&mut self, key: &Data, now: i64) -> Result<bool, StoreError> {
        let row = params![bytes(key), now];
        self.execute("delete from store where key = ? and expiry <= ?", row).map(|gone| gone > 0)
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.execute("delete from store", []).map(drop)
    }

    fn keys(&self) -> Result<Vec<Data>, StoreError> {
        let mut access = self.group.look();
        let mut statement = access.value().statement("select key from store")?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            keys.push(column(row, 0)?);
        }
        Ok(keys)
    }

    fn count(&self) -> Result<u64, StoreError> {
        let mut access = self.group.look();
        let mut statement = access.value().statement("select count(*) from store")?;
        let count: i64 = statement.query_row([], |row| row.get(0)).map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn all(&self) -> Result<Vec<(Data, Data)>, StoreError> {
        let mut access = self.group.look();
        let mut statement = access.value().statement("select key, value from store")?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            all.push((column(row, 0)?, column(row, 1)?));
        }
        Ok(all)
    }

    fn expiries(&self) -> Result<Vec<(Data, i64)>, StoreError> {
        let mut access = self.group.look();
        let mut statement = access.value().statement(EXPIRIES)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            all.push(expiry(row)?);
        }
        Ok(all)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        let mut access = self.group.look();
        access.commit();
        take_failure(&mut access)
    }
}

/// The entries that expire, each of which [`expiry`] reads.
const EXPIRIES: &str = "select key, expiry from store where expiry is not null";

/// A key, and when its entry expires.
fn expiry(row: &rusqlite::Row<'_>) -> Result<(Data, i64), StoreError> {
    Ok((column(row, 0)?, row.get(1).map_err(failed)?))
}

/// Data in a column of a row.
fn column(row: &rusqlite::Row<'_>, number: usize) -> Result<Data, StoreError> {
    let value = row.get_ref(number).map_err(failed)?;
    data(value.as_blob().map_err(|error| StoreError::InvalidData(error.to_string()))?)
}

#[cfg(test)]
mod tests;
