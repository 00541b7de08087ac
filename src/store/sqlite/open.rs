//! Opening a file: nothing is written to it before it is known to be whole and a store.

use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use super::{EXPIRIES, Sqlite, expiry, failed, failure};
use crate::store::{Backend, Journal, OnFailure, Options, StoreError, Synchronous};

/// The version of Broker whose layout this is.
const VERSION: &str = "2.8.0";

/// Versions before this one encode otherwise.
const FIRST_MAJOR: u32 = 2;

/// How long another process may keep the file locked.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Files that `SQLite` may have beside a database.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Why a file is not taken.
enum Refusal {
    /// What is in it cannot be read.
    Broken(StoreError),
    Other(StoreError),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Refusal::Broken(failure(&error)),
            _ => Refusal::Other(failed(error)),
        }
    }
}

impl Refusal {
    fn foreign(what: &str) -> Self {
        Refusal::Other(StoreError::Backend(format!("the file holds no store: {what}")))
    }
}

pub(in crate::store) fn open(options: &Options) -> Result<Box<dyn Backend>, StoreError> {
    let connection = match (prepared(options), &options.place) {
        (Err(Refusal::Broken(_)), Some(path)) if options.on_failure == OnFailure::Delete => {
            delete(path)?;
            prepared(options)
        }
        (prepared, _) => prepared,
    };
    match connection {
        Ok(connection) => Ok(Box::new(Sqlite::new(connection, options.place.is_some()))),
        Err(Refusal::Broken(error) | Refusal::Other(error)) => Err(error),
    }
}

fn delete(path: &str) -> Result<(), StoreError> {
    for ending in BESIDE {
        // Most of them are not there.
        let _ = std::fs::remove_file(format!("{path}{ending}"));
    }
    std::fs::remove_file(path).map_err(|error| StoreError::Backend(error.to_string()))
}

fn prepared(options: &Options) -> Result<Connection, Refusal> {
    let connection = match &options.place {
        // Unlike by default, a path is never a URI.
        Some(path) => {
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?
        }
        None => Connection::open_in_memory()?,
    };
    connection.busy_timeout(LOCK_WAIT)?;
    look_at_tables(&connection)?;
    look_at_pages(&connection, options.thorough_check)?;
    if options.place.is_some() {
        configure(&connection, options)?;
    }
    // In one piece, for another process may do the same now.
    connection.execute_batch(
        "begin immediate;\
         create table if not exists meta(key text primary key, value text);\
         create table if not exists store(key blob primary key, value blob, expiry integer);",
    )?;
    connection.execute("replace into meta(key, value) values('broker_version', ?)", params![VERSION])?;
    connection.execute_batch("commit")?;
    Ok(connection)
}

fn configure(connection: &Connection, options: &Options) -> Result<(), Refusal> {
    let journal = match options.journal.unwrap_or(Journal::WriteAhead) {
        Journal::Delete => "delete",
        Journal::WriteAhead => "wal",
    };
    let set = connection.pragma_update(None, "journal_mode", journal);
    // Unasked it may stay as it is: another process has the file open, or the disk cannot do it.
    if options.journal.is_some() {
        set?;
    }
    let synchronous = match options.synchronous.unwrap_or(Synchronous::Full) {
        Synchronous::Off => "off",
        Synchronous::Normal => "normal",
        Synchronous::Full => "full",
        Synchronous::Extra => "extra",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    Ok(())
}

fn look_at_pages(connection: &Connection, thorough: bool) -> Result<(), Refusal> {
    let pragma = if thorough { "integrity_check" } else { "quick_check" };
    let found: String = connection.pragma_query_value(None, pragma, |row| row.get(0))?;
    if found == "ok" {
        return Ok(());
    }
    Err(Refusal::Broken(StoreError::Backend(format!("the file is broken: {found}"))))
}

/// Whether the file is empty or has the tables of a store of this encoding.
fn look_at_tables(connection: &Connection) -> Result<(), Refusal> {
    let mut statement = connection.prepare("select name from sqlite_master where type = 'table'")?;
    let tables = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut known = 0;
    for table in tables {
        match table?.as_str() {
            "meta" | "store" => known += 1,
            "sqlite_sequence" | "sqlite_stat1" => {}
            other => return Err(Refusal::foreign(&format!("it has a table '{other}'"))),
        }
    }
    match known {
        0 => return Ok(()),
        2 => {}
        _ => return Err(Refusal::foreign("one of its two tables is missing")),
    }
    for query in ["select key, value, expiry from store limit 1", "select key, value from meta limit 1"] {
        connection.prepare(query).map_err(|error| Refusal::foreign(&error.to_string()))?;
    }
    let version: Option<String> =
        connection.query_row("select value from meta where key = 'broker_version'", [], |row| row.get(0)).optional()?;
    let major = version.as_deref().and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    match (version, major) {
        (Some(version), Some(major)) if major < FIRST_MAJOR => Err(Refusal::Other(StoreError::Backend(format!(
            "the file is one of Broker {version}, whose encoding is another"
        )))),
        (Some(version), None) => Err(Refusal::foreign(&format!("its version is '{version}'"))),
        _ => look_at_entries(connection),
    }
}

/// Whether what every store reads first can be read: the entries that expire.
fn look_at_entries(connection: &Connection) -> Result<(), Refusal> {
    let mut statement = connection.prepare(EXPIRIES)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        expiry(row).map_err(Refusal::Other)?;
    }
    Ok(())
}
