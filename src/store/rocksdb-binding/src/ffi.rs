//! What is used of `rocksdb/c.h`, which has been the same since RocksDB 5.

use std::ffi::{c_char, c_uchar, c_void};
use std::marker::{PhantomData, PhantomPinned};

/// Declares a type of which only addresses are known, and which stays where it is.
macro_rules! opaque {
    ($($name:ident)*) => {
        $(#[repr(C)]
        pub(crate) struct $name {
            _bytes: [u8; 0],
            _marker: PhantomData<(*mut u8, PhantomPinned)>,
        })*
    };
}

opaque! { Db Options WriteOptions ReadOptions Batch Iterator }

unsafe extern "C" {
    pub(crate) fn rocksdb_options_create() -> *mut Options;
    pub(crate) fn rocksdb_options_set_create_if_missing(options: *mut Options, flag: c_uchar);
    pub(crate) fn rocksdb_options_set_paranoid_checks(options: *mut Options, flag: c_uchar);
    pub(crate) fn rocksdb_options_destroy(options: *mut Options);
    pub(crate) fn rocksdb_open(options: *const Options, name: *const c_char, error: *mut *mut c_char) -> *mut Db;
    pub(crate) fn rocksdb_close(db: *mut Db);
    pub(crate) fn rocksdb_flush_wal(db: *mut Db, sync: c_uchar, error: *mut *mut c_char);

    pub(crate) fn rocksdb_writeoptions_create() -> *mut WriteOptions;
    pub(crate) fn rocksdb_writeoptions_destroy(options: *mut WriteOptions);
    pub(crate) fn rocksdb_readoptions_create() -> *mut ReadOptions;
    pub(crate) fn rocksdb_readoptions_destroy(options: *mut ReadOptions);

    pub(crate) fn rocksdb_writebatch_create() -> *mut Batch;
    pub(crate) fn rocksdb_writebatch_put(
        batch: *mut Batch,
        key: *const c_char,
        key_length: usize,
        value: *const c_char,
        value_length: usize,
    );
    pub(crate) fn rocksdb_writebatch_delete(batch: *mut Batch, key: *const c_char, key_length: usize);
    pub(crate) fn rocksdb_writebatch_destroy(batch: *mut Batch);
    pub(crate) fn rocksdb_write(db: *mut Db, options: *const WriteOptions, batch: *mut Batch, error: *mut *mut c_char);

    pub(crate) fn rocksdb_get(
        db: *mut Db,
        options: *const ReadOptions,
        key: *const c_char,
        key_length: usize,
        value_length: *mut usize,
        error: *mut *mut c_char,
    ) -> *mut c_char;

    pub(crate) fn rocksdb_create_iterator(db: *mut Db, options: *const ReadOptions) -> *mut Iterator;
    pub(crate) fn rocksdb_iter_destroy(iterator: *mut Iterator);
    pub(crate) fn rocksdb_iter_seek(iterator: *mut Iterator, key: *const c_char, key_length: usize);
    pub(crate) fn rocksdb_iter_valid(iterator: *const Iterator) -> c_uchar;
    pub(crate) fn rocksdb_iter_next(iterator: *mut Iterator);
    pub(crate) fn rocksdb_iter_key(iterator: *const Iterator, length: *mut usize) -> *const c_char;
    pub(crate) fn rocksdb_iter_value(iterator: *const Iterator, length: *mut usize) -> *const c_char;
    pub(crate) fn rocksdb_iter_get_error(iterator: *const Iterator, error: *mut *mut c_char);

    pub(crate) fn rocksdb_free(memory: *mut c_void);
}
