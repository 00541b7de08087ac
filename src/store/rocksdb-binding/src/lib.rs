//! RocksDB for one purpose: a folder of keys and values in bytes, changed in batches, read one by one or in order.
//!
//! Links the system's library by hand-written declarations, so that building needs neither a C++ compiler nor libclang.
//! All unsafe code of the project is here. What always holds: the pointers of a [`Database`] are those that the library
//! gave, not null, and freed once, when it is dropped.

mod ffi;

use std::ffi::{CStr, CString, c_char};
use std::ptr::{self, NonNull};

/// An error in the library's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(pub String);

/// An open database.
pub struct Database {
    db: NonNull<ffi::Db>,
    writing: NonNull<ffi::WriteOptions>,
    reading: NonNull<ffi::ReadOptions>,
}

// SAFETY: The library's databases and options may be used from any thread.
unsafe impl Send for Database {}

/// Changes that are made together or not at all.
pub struct Batch(NonNull<ffi::Batch>);

fn not_null<T>(pointer: *mut T) -> Result<NonNull<T>, Error> {
    NonNull::new(pointer).ok_or_else(|| Error("RocksDB gave nothing".to_owned()))
}

/// Runs a call that may leave an error behind.
fn checked<T>(call: impl FnOnce(*mut *mut c_char) -> T) -> Result<T, Error> {
    let mut message: *mut c_char = ptr::null_mut();
    let result = call(&raw mut message);
    if message.is_null() {
        return Ok(result);
    }
    // SAFETY: An error is a string of C that belongs to the caller.
    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy().into_owned();
    // SAFETY: It came from the library, and is not used any more.
    unsafe { ffi::rocksdb_free(message.cast()) };
    Err(Error(text))
}

impl Database {
    /// Opens a folder, or makes it.
    pub fn open(path: &str) -> Result<Self, Error> {
        let path = CString::new(path).map_err(|_| Error("a path has no zero bytes".to_owned()))?;
        // SAFETY: Takes nothing.
        let options = not_null(unsafe { ffi::rocksdb_options_create() })?;
        // SAFETY: The options were made above.
        unsafe {
            ffi::rocksdb_options_set_create_if_missing(options.as_ptr(), 1);
            ffi::rocksdb_options_set_paranoid_checks(options.as_ptr(), 1);
        }
        // SAFETY: The options and the path outlive the call, which keeps neither.
        let db = checked(|error| unsafe { ffi::rocksdb_open(options.as_ptr(), path.as_ptr(), error) });
        // SAFETY: They were made above and are used nowhere else.
        unsafe { ffi::rocksdb_options_destroy(options.as_ptr()) };
        let db = not_null(db?)?;
        // SAFETY: These take nothing.
        let (writing, reading) =
            unsafe { (ffi::rocksdb_writeoptions_create(), ffi::rocksdb_readoptions_create()) };
        Ok(Database { db, writing: not_null(writing)?, reading: not_null(reading)? })
    }

    /// Makes the changes of a batch. They are the system's then, which brings them to the disk when it likes.
    pub fn write(&self, batch: &Batch) -> Result<(), Error> {
        let (db, options) = (self.db.as_ptr(), self.writing.as_ptr());
        // SAFETY: All of them are alive.
        checked(|error| unsafe { ffi::rocksdb_write(db, options, batch.0.as_ptr(), error) })
    }

    /// Waits until all changes are on the disk.
    pub fn sync(&self) -> Result<(), Error> {
        // SAFETY: The database is alive.
        checked(|error| unsafe { ffi::rocksdb_flush_wal(self.db.as_ptr(), 1, error) })
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let (db, options, mut length) = (self.db.as_ptr(), self.reading.as_ptr(), 0);
        // SAFETY: All of them are alive, and the key is as long as it says.
        let value = checked(|error| unsafe {
            ffi::rocksdb_get(db, options, key.as_ptr().cast(), key.len(), &raw mut length, error)
        })?;
        if value.is_null() {
            return Ok(None);
        }
        // SAFETY: The library gave so many bytes to the caller.
        let bytes = unsafe { std::slice::from_raw_parts(value.cast::<u8>(), length) }.to_vec();
        // SAFETY: They came from the library, and are not used any more.
        unsafe { ffi::rocksdb_free(value.cast()) };
        Ok(Some(bytes))
    }

    /// Shows every key that starts with a prefix, and its value, in the order of the bytes. Ends early where `look` says
    /// no.
    pub fn each(&self, prefix: &[u8], mut look: impl FnMut(&[u8], &[u8]) -> bool) -> Result<(), Error> {
        // SAFETY: The database and the options are alive.
        let iterator = unsafe { ffi::rocksdb_create_iterator(self.db.as_ptr(), self.reading.as_ptr()) };
        let iterator = Entries(not_null(iterator)?);
        // SAFETY: The iterator is alive, and the prefix is as long as it says.
        unsafe { ffi::rocksdb_iter_seek(iterator.0.as_ptr(), prefix.as_ptr().cast(), prefix.len()) };
        // SAFETY: The iterator is alive.
        while unsafe { ffi::rocksdb_iter_valid(iterator.0.as_ptr()) } != 0 {
            let key = iterator.bytes(ffi::rocksdb_iter_key);
            if !key.starts_with(prefix) || !look(key, iterator.bytes(ffi::rocksdb_iter_value)) {
                break;
            }
            // SAFETY: The iterator is alive and at an entry, whose bytes are not used any more.
            unsafe { ffi::rocksdb_iter_next(iterator.0.as_ptr()) };
        }
        // SAFETY: The iterator is alive.
        checked(|error| unsafe { ffi::rocksdb_iter_get_error(iterator.0.as_ptr(), error) })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        // SAFETY: All of them were made in `open`, and nobody uses them any more.
        unsafe {
            ffi::rocksdb_close(self.db.as_ptr());
            ffi::rocksdb_writeoptions_destroy(self.writing.as_ptr());
            ffi::rocksdb_readoptions_destroy(self.reading.as_ptr());
        }
    }
}

/// An iterator of the library.
struct Entries(NonNull<ffi::Iterator>);

impl Entries {
    /// The key or value where the iterator is, which must be at an entry. To be used before it moves on.
    fn bytes(&self, part: unsafe extern "C" fn(*const ffi::Iterator, *mut usize) -> *const c_char) -> &[u8] {
        let mut length = 0;
        // SAFETY: The iterator is alive and at an entry.
        let start = unsafe { part(self.0.as_ptr(), &raw mut length) };
        if start.is_null() {
            return &[];
        }
        // SAFETY: There are so many bytes, until the iterator moves on.
        unsafe { std::slice::from_raw_parts(start.cast(), length) }
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        // SAFETY: It was made by the library, and nobody uses it any more.
        unsafe { ffi::rocksdb_iter_destroy(self.0.as_ptr()) };
    }
}

impl Batch {
    pub fn new() -> Result<Self, Error> {
        // SAFETY: Takes nothing.
        Ok(Batch(not_null(unsafe { ffi::rocksdb_writebatch_create() })?))
    }

    pub fn put(&mut self, key: &[u8], value: &[u8]) {
        let (batch, at, to) = (self.0.as_ptr(), key.as_ptr().cast(), value.as_ptr().cast());
        // SAFETY: The batch is alive, and copies key and value, which are as long as they say.
        unsafe { ffi::rocksdb_writebatch_put(batch, at, key.len(), to, value.len()) };
    }

    pub fn delete(&mut self, key: &[u8]) {
        // SAFETY: The batch is alive, and copies the key, which is as long as it says.
        unsafe { ffi::rocksdb_writebatch_delete(self.0.as_ptr(), key.as_ptr().cast(), key.len()) };
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // SAFETY: It was made by the library, and nobody uses it any more.
        unsafe { ffi::rocksdb_writebatch_destroy(self.0.as_ptr()) };
    }
}
