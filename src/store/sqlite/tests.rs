//! What the file looks like, and which files are refused.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use super::open;
use crate::store::{Entries, Journal, OnFailure, Options, StoreError, Synchronous};
use crate::wire::{Data, decode};

fn at(path: &str) -> Options {
    Options { place: Some(path.to_owned()), ..Options::default() }
}

fn refusal(path: &str) -> String {
    match open(&at(path)) {
        Err(StoreError::Backend(reason)) => reason,
        _ => panic!("{path} was taken"),
    }
}

#[test]
fn a_file_keeps_its_entries() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.sqlite");
    let path = path.to_str().unwrap();
    let open_master = || Entries::new(open(&at(path)).unwrap()).unwrap();
    let key = Data::Set([Data::string("b"), Data::string("a")].into());
    open_master().put(0, key.clone(), Data::Count(1), None).unwrap();
    open_master().put(0, Data::string("old"), Data::Count(1), Some(5)).unwrap();
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
    let mut master = Entries::new(open(&at(path.to_str().unwrap())).unwrap()).unwrap();
    master.put(0, Data::string("k"), Data::Count(7), None).unwrap();
    master.commit().unwrap();
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
    let mut master = Entries::new(open(&at(path.to_str().unwrap())).unwrap()).unwrap();
    master.put(0, Data::string("k"), Data::Count(7), None).unwrap();
    Connection::open(&path).unwrap().execute("update store set value = x'0201'", []).unwrap();
    assert_eq!(master.get(0, &Data::string("k")), Err(StoreError::InvalidData("data ends too early".to_owned())));
}

fn store(path: &str, options: Options) -> Entries {
    Entries::new(open(&Options { place: Some(path.to_owned()), ..options }).unwrap()).unwrap()
}

fn rows(path: &str) -> i64 {
    Connection::open(path).unwrap().query_row("select count(*) from store", [], |row| row.get(0)).unwrap()
}

fn key(number: u64) -> Data {
    Data::Count(number)
}

/// The path of a new file, whose folder lasts as long as the other part.
fn new_file() -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (folder.path().join("a.sqlite").to_str().unwrap().to_owned(), folder)
}

#[test]
fn rows_that_zeek_wrote_are_read_and_written_alike() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/stores_sqlite.json");
    let vectors: Vec<Value> = serde_json::from_slice(&std::fs::read(vectors).unwrap()).unwrap();
    let bytes = |vector: &Value, part: &str| {
        let hex = vector.get(part)?.as_str()?;
        let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        Some((0..hex.len()).step_by(2).map(digits).collect::<Vec<u8>>())
    };
    let rows: Vec<(Vec<u8>, Vec<u8>)> =
        vectors.iter().filter_map(|vector| Some((bytes(vector, "key_hex")?, bytes(vector, "value_hex")?))).collect();
    assert!(rows.len() > 10);
    let (theirs, _folder) = new_file();
    let file = Connection::open(&theirs).unwrap();
    let schema = |name: &str| {
        let of_name = |vector: &&Value| vector["name"] == name;
        String::from_utf8(bytes(vectors.iter().find(of_name).unwrap(), "hex").unwrap()).unwrap()
    };
    file.execute_batch(&format!("{};{};", schema("schema_meta"), schema("schema_store"))).unwrap();
    file.execute("insert into meta values('broker_version', '2.8.0')", []).unwrap();
    let (ours, _folder) = new_file();
    let mut own = store(&ours, Options::default());
    for (key, value) in &rows {
        file.execute("replace into store values(?, ?, null)", [key, value]).unwrap();
        own.put(0, decode(key).unwrap(), decode(value).unwrap(), None).unwrap();
    }
    let mut opened = store(&theirs, Options::default());
    own.commit().unwrap();
    let written = Connection::open(&ours).unwrap();
    for (key, value) in &rows {
        assert_eq!(opened.get(0, &decode(key).unwrap()), own.get(0, &decode(key).unwrap()));
        let found: Vec<u8> =
            written.query_row("select value from store where key = ?", [key], |row| row.get(0)).unwrap();
        assert_eq!(&found, value);
    }
}

#[test]
fn changes_are_in_the_file_when_asked_for_and_soon_by_themselves() {
    let (path, _folder) = new_file();
    let mut master = store(&path, Options::default());
    master.put(0, key(1), key(1), None).unwrap();
    master.commit().unwrap();
    assert_eq!(rows(&path), 1);
    master.put(0, key(2), key(2), None).unwrap();
    let began = Instant::now();
    while rows(&path) < 2 {
        assert!(began.elapsed() < Duration::from_secs(10), "nobody commits");
    }
    master.put(0, key(3), key(3), None).unwrap();
    drop(master);
    assert_eq!(rows(&path), 3);
}

#[test]
fn two_masters_of_one_file_do_not_harm_each_other() {
    let (path, _folder) = new_file();
    let write = |first: u64| {
        let mut master = store(&path, Options::default());
        for number in first..first + 200 {
            master.put(0, key(number), key(number), None).unwrap();
            if number % 20 == 0 {
                master.commit().unwrap();
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| write(0));
        scope.spawn(|| write(1000));
    });
    assert_eq!(rows(&path), 400);
    let found: String =
        Connection::open(&path).unwrap().query_row("pragma integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(found, "ok");
}

/// A store of some pages, the middle of which are overwritten.
fn broken_file(path: &str) {
    let mut master = store(path, Options { journal: Some(Journal::Delete), ..Options::default() });
    for number in 0..2000 {
        master.put(0, key(number), Data::string([b'x'; 40]), None).unwrap();
    }
    drop(master);
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0xa5);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn a_broken_file_is_refused_and_only_deleted_where_that_is_wanted() {
    let (path, _folder) = new_file();
    broken_file(&path);
    let before = std::fs::read(&path).unwrap();
    assert!(refusal(&path).starts_with("the file is broken"), "{}", refusal(&path));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let mut anew = store(&path, Options { on_failure: OnFailure::Delete, ..Options::default() });
    assert_eq!(anew.count(), Ok(0));
    anew.put(0, key(1), key(1), None).unwrap();
    drop(anew);
    assert_eq!(rows(&path), 1);
}

#[test]
fn a_foreign_file_is_not_deleted_whatever_is_wanted() {
    let (path, _folder) = new_file();
    Connection::open(&path).unwrap().execute_batch("create table people(name text)").unwrap();
    let options = Options { on_failure: OnFailure::Delete, ..at(&path) };
    assert!(open(&options).is_err());
    assert_eq!(refusal(&path), "the file holds no store: it has a table 'people'");
}

#[test]
fn the_journal_is_as_set_and_a_log_otherwise() {
    let journal = |options: Options| {
        let (path, folder) = new_file();
        let mut master = store(&path, options);
        master.put(0, key(1), key(1), None).unwrap();
        let beside = std::fs::exists(format!("{path}-wal")).unwrap();
        drop(master);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing is left beside the file");
        beside
    };
    let set = |journal| Options { journal: Some(journal), synchronous: Some(Synchronous::Off), ..Options::default() };
    assert!(journal(Options::default()));
    assert!(journal(set(Journal::WriteAhead)));
    assert!(!journal(set(Journal::Delete)));
}
