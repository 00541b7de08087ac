//! Entries in an `SQLite` file, laid out as Broker 2 lays it out, so that Zeek can read what is written here and the
//! other way round: a table of keys and values in Broker's encoding, and one that names Broker's version.
//!
//! A file that is broken or holds something else is refused and stays as it is.

use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OptionalExtension, params};

use super::{Backend, Place, StoreError};
use crate::wire::{Data, decode, encode};

/// The version of Broker whose layout this is.
const VERSION: &str = "2.8.0";

/// Versions before this one encode otherwise.
const FIRST_MAJOR: u32 = 2;

/// How long another process may keep the file locked.
const LOCK_WAIT: Duration = Duration::from_secs(5);

struct Sqlite(Connection);

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
#[allow(clippy::needless_pass_by_value)]
fn failed(error: rusqlite::Error) -> StoreError {
    failure(&error)
}

pub(super) fn open(place: Place<'_>) -> Result<Box<dyn Backend>, StoreError> {
    let connection = match place {
        Some(path) => Connection::open(path),
        None => Connection::open_in_memory(),
    };
    let connection = connection.map_err(failed)?;
    connection.busy_timeout(LOCK_WAIT).map_err(failed)?;
    check(&connection)?;
    connection
        .execute_batch(
            "create table if not exists meta(key text primary key, value text);\
             create table if not exists store(key blob primary key, value blob, expiry integer);",
        )
        .map_err(failed)?;
    connection
        .execute("replace into meta(key, value) values('broker_version', ?)", params![VERSION])
        .map_err(failed)?;
    Ok(Box::new(Sqlite(connection)))
}

/// Looks at what a file holds before anything is written to it.
fn check(connection: &Connection) -> Result<(), StoreError> {
    let foreign = |what: String| StoreError::Backend(format!("the file holds no store: {what}"));
    let mut statement = connection.prepare("select name from sqlite_master where type = 'table'").map_err(failed)?;
    let tables = statement.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
    let mut known = 0;
    for table in tables {
        match table.map_err(failed)?.as_str() {
            "meta" | "store" => known += 1,
            "sqlite_sequence" | "sqlite_stat1" => {}
            other => return Err(foreign(format!("it has a table '{other}'"))),
        }
    }
    match known {
        0 => return Ok(()),
        2 => {}
        _ => return Err(foreign("one of its two tables is missing".to_owned())),
    }
    for query in ["select key, value, expiry from store limit 1", "select key, value from meta limit 1"] {
        connection.prepare(query).map_err(|error| foreign(error.to_string()))?;
    }
    let version: Option<String> = connection
        .query_row("select value from meta where key = 'broker_version'", [], |row| row.get(0))
        .optional()
        .map_err(failed)?;
    let major = version.as_deref().and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    match (version, major) {
        (Some(version), Some(major)) if major < FIRST_MAJOR => {
            Err(StoreError::Backend(format!("the file is one of Broker {version}, whose encoding is another")))
        }
        (Some(version), None) => Err(foreign(format!("its version is '{version}'"))),
        _ => Ok(()),
    }
}

fn bytes(data: &Data) -> Vec<u8> {
    let mut out = Vec::new();
    encode(data, &mut out);
    out
}

fn data(bytes: &[u8]) -> Result<Data, StoreError> {
    decode(bytes).map_err(|error| StoreError::InvalidData(error.to_string()))
}

impl Backend for Sqlite {
    fn put(&mut self, key: &Data, value: &Data, expiry: Option<i64>) -> Result<(), StoreError> {
        let mut statement =
            self.0.prepare_cached("replace into store(key, value, expiry) values(?, ?, ?)").map_err(failed)?;
        statement.execute(params![bytes(key), bytes(value), expiry]).map_err(failed)?;
        Ok(())
    }

    fn get(&self, key: &Data) -> Result<Option<Data>, StoreError> {
        let mut statement = self.0.prepare_cached("select value from store where key = ?").map_err(failed)?;
        let value: Option<Vec<u8>> =
            statement.query_row(params![bytes(key)], |row| row.get(0)).optional().map_err(failed)?;
        value.map(|value| data(&value)).transpose()
    }

    fn exists(&self, key: &Data) -> Result<bool, StoreError> {
        let mut statement = self.0.prepare_cached("select 1 from store where key = ?").map_err(failed)?;
        statement.exists(params![bytes(key)]).map_err(failed)
    }

    fn erase(&mut self, key: &Data) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached("delete from store where key = ?").map_err(failed)?;
        statement.execute(params![bytes(key)]).map_err(failed)?;
        Ok(())
    }

    fn keys(&self) -> Result<Vec<Data>, StoreError> {
        let mut statement = self.0.prepare_cached("select key from store").map_err(failed)?;
        let keys = statement.query_map([], |row| row.get::<_, Vec<u8>>(0)).map_err(failed)?;
        keys.map(|key| data(&key.map_err(failed)?)).collect()
    }

    fn count(&self) -> Result<u64, StoreError> {
        let mut statement = self.0.prepare_cached("select count(*) from store").map_err(failed)?;
        let count: i64 = statement.query_row([], |row| row.get(0)).map_err(failed)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn clear(&mut self) -> Result<(), StoreError> {
        self.0.execute("delete from store", []).map_err(failed)?;
        Ok(())
    }

    fn expire(&mut self, now: i64) -> Result<(), StoreError> {
        let mut statement =
            self.0.prepare_cached("delete from store where expiry is not null and expiry <= ?").map_err(failed)?;
        statement.execute(params![now]).map_err(failed)?;
        Ok(())
    }

    fn next_expiry(&self) -> Result<Option<i64>, StoreError> {
        let mut statement = self.0.prepare_cached("select min(expiry) from store").map_err(failed)?;
        statement.query_row([], |row| row.get(0)).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::open;
    use crate::store::{Entries, StoreError};
    use crate::wire::Data;

    fn refusal(path: &str) -> String {
        match open(Some(path)) {
            Err(StoreError::Backend(reason)) => reason,
            _ => panic!("{path} was taken"),
        }
    }

    #[test]
    fn a_file_keeps_its_entries() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let path = path.to_str().unwrap();
        let open_master = || Entries::new(open(Some(path)).unwrap()).unwrap();
        let key = Data::Set([Data::string("b"), Data::string("a")].into());
        open_master().put(0, &key, &Data::Count(1), None).unwrap();
        open_master().put(0, &Data::string("old"), &Data::Count(1), Some(5)).unwrap();
        let mut master = open_master();
        assert_eq!(master.count(), Ok(2));
        assert_eq!(master.get(10, &key), Ok(Data::Count(1)));
        assert_eq!(master.count(), Ok(1));
        assert_eq!(master.keys(10), Ok(Data::Set([key].into())));
    }

    #[test]
    fn the_layout_is_broker_s() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let mut master = Entries::new(open(path.to_str()).unwrap()).unwrap();
        master.put(0, &Data::string("k"), &Data::Count(7), None).unwrap();
        let file = Connection::open(&path).unwrap();
        let schema = |table: &str| -> String {
            file.query_row("select sql from sqlite_master where name = ?", [table], |row| row.get(0)).unwrap()
        };
        assert_eq!(schema("meta"), "CREATE TABLE meta(key text primary key, value text)");
        assert_eq!(schema("store"), "CREATE TABLE store(key blob primary key, value blob, expiry integer)");
        let row: (Vec<u8>, Vec<u8>, Option<i64>) = file
            .query_row("select key, value, expiry from store", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap();
        assert_eq!(row, (b"\x05\x01k".to_vec(), b"\x02\0\0\0\0\0\0\0\x07".to_vec(), None));
        let version: String = file.query_row("select value from meta", [], |row| row.get(0)).unwrap();
        assert_eq!(version, "2.8.0");
    }

    #[test]
    fn what_is_no_store_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("text"), "this is not a database, but it is long enough to be one").unwrap();
        assert_eq!(refusal(&path("text")), "the file is no database");
        assert_eq!(std::fs::read(path("text")).unwrap()[..4], *b"this");
        Connection::open(path("other")).unwrap().execute_batch("create table people(name text)").unwrap();
        assert_eq!(refusal(&path("other")), "the file holds no store: it has a table 'people'");
        let old = "create table meta(key text primary key, value text);\
                   create table store(key blob primary key, value blob, expiry integer);\
                   insert into meta values('broker_version', '1.1.2');";
        Connection::open(path("old")).unwrap().execute_batch(old).unwrap();
        assert_eq!(refusal(&path("old")), "the file is one of Broker 1.1.2, whose encoding is another");
        assert_eq!(refusal(&path("no/such/folder/file")), "the file cannot be opened");
    }

    #[test]
    fn what_does_not_decode_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.sqlite");
        let mut master = Entries::new(open(path.to_str()).unwrap()).unwrap();
        master.put(0, &Data::string("k"), &Data::Count(7), None).unwrap();
        Connection::open(&path).unwrap().execute("update store set value = x'0201'", []).unwrap();
        assert_eq!(master.get(0, &Data::string("k")), Err(StoreError::InvalidData("data ends too early".to_owned())));
    }
}
