##! Key-value stores: one node owns the master of a store, others may hold clones that follow it.
##!
##! Writes return at once and reach the master later. Questions (exists, get, put_unique, get_index_from_value,
##! keys) are answered later: they stand in the condition of a "when" that has a "timeout".

@load ./main
@load ./data

module Broker;

export {
	## How often a clone that lost its master looks for it.
	const default_clone_resync_interval = 10sec &redef;

	## How long after losing its master a clone still answers; from then on questions time out.
	## A negative value lets it answer for ever.
	const default_clone_stale_interval = 5min &redef;

	## How long a clone that lost its master keeps writes in order to send them when it is back. Writes can still
	## get lost, for the master does not confirm them. Zero or less keeps none.
	const default_clone_mutation_buffer_interval = 2min &redef;

	## Whether a question to a store got an answer.
	type QueryStatus: enum {
		## It did.
		SUCCESS,
		## It did not: no such key, wrong type, or a broken store.
		FAILURE,
	};

	## The answer to a question to a store.
	type QueryResult: record {
		## Whether there is one.
		status: Broker::QueryStatus;
		## The answer; what type it has depends on the question and on what was stored.
		result: Broker::Data;
	};

	## Where a store keeps its entries.
	type BackendType: enum {
		## In memory, gone with the process.
		MEMORY,
		## In an SQLite file.
		SQLITE,
		## In a folder of RocksDB.
		ROCKSDB,
	};

	## What is done about an SQLite file that is broken.
	type SQLiteFailureMode: enum {
		## It stays as it is, and the store cannot be made.
		SQLITE_FAILURE_MODE_FAIL,
		## It is deleted, and the store begins anew.
		SQLITE_FAILURE_MODE_DELETE,
	};

	## When SQLite waits for the disk, as its "PRAGMA synchronous" has it.
	type SQLiteSynchronous: enum {
		## Never: a crash of the machine may break the file.
		SQLITE_SYNCHRONOUS_OFF,
		## At times: what was written last may get lost when the machine crashes.
		SQLITE_SYNCHRONOUS_NORMAL,
		## Whenever changes become permanent.
		SQLITE_SYNCHRONOUS_FULL,
		## As FULL, and once more for the folder.
		SQLITE_SYNCHRONOUS_EXTRA,
	};

	## How SQLite gets back to a whole file, as its "PRAGMA journal_mode" has it.
	type SQLiteJournalMode: enum {
		## By a copy of what is changed, deleted afterwards.
		SQLITE_JOURNAL_MODE_DELETE,
		## By a log of changes beside the file.
		SQLITE_JOURNAL_MODE_WAL,
	};

	## Settings for stores in SQLite. Whatever they are, changes are written in groups, and every answer to a question
	## waits until all changes before it are. The fields that Zeek added are in policy/zeek-compat.
	type SQLiteOptions: record {
		## The file; empty stands for the store's name with ".sqlite" in the current folder.
		path: string &default = "";
	};

	## Settings for stores in RocksDB.
	type RocksDBOptions: record {
		## The folder; empty stands for the store's name with ".rocksdb" in the current folder.
		path: string &default = "";
	};

	## Settings for all kinds of backends; a store reads those of its own kind.
	type BackendOptions: record {
		## For Broker::SQLITE.
		sqlite: SQLiteOptions &default = SQLiteOptions();
		## For Broker::ROCKSDB.
		rocksdb: RocksDBOptions &default = RocksDBOptions();
	};

	## Makes this node the owner of the store *name*, kept by the backend *b*. Returns its handle.
	global create_master: function(name: string, b: BackendType &default = MEMORY,
	                               options: BackendOptions &default = BackendOptions()): opaque of Broker::Store;

	## Makes a copy of the store *name* that follows its master, wherever that is, and answers questions from here.
	## Writes go to the master first. The intervals are those of the constants above. Returns the clone's handle.
	global create_clone: function(name: string,
	                              resync_interval: interval &default = default_clone_resync_interval,
	                              stale_interval: interval &default = default_clone_stale_interval,
	                              mutation_buffer_interval: interval &default = default_clone_mutation_buffer_interval): opaque of Broker::Store;

	## Closes a store; its handle is of no use afterwards. Returns T if it was open.
	global close: function(h: opaque of Broker::Store): bool;

	## Returns whether the store behind a handle is closed.
	global is_closed: function(h: opaque of Broker::Store): bool;

	## Returns the name of a store.
	global store_name: function(h: opaque of Broker::Store): string;

	## Asks whether the store has the key *k*. The answer is a bool.
	global exists: function(h: opaque of Broker::Store, k: any): QueryResult;

	## Asks for the value of the key *k*.
	global get: function(h: opaque of Broker::Store, k: any): QueryResult;

	## Writes the value *v* under the key *k* unless the key exists; the entry expires after *e* if that is not
	## zero. The answer is a bool: whether it was written.
	global put_unique: function(h: opaque of Broker::Store,
	                            k: any, v: any, e: interval &default=0sec): QueryResult;

	## Asks the table, vector or set under the key *k* for what it has at the index *i*: the element, or for
	## a set a bool. No such key or index is a failure.
	global get_index_from_value: function(h: opaque of Broker::Store,
	                                      k: any, i: any): QueryResult;

	## Writes the value *v* under the key *k*; the entry expires after *e* if that is not zero.
	## This and all writes below return F if the handle is not valid.
	global put: function(h: opaque of Broker::Store,
	                     k: any, v: any, e: interval &default=0sec) : bool;

	## Removes the key *k*.
	global erase: function(h: opaque of Broker::Store, k: any) : bool;

	## Adds *a* to the number or time under the existing key *k*. From now on the entry expires after *e*; zero
	## leaves its expiry as it was, here and in all writes below.
	global increment: function(h: opaque of Broker::Store, k: any,
	                           a: any &default = 1,
	                           e: interval &default=0sec) : bool;

	## Takes *a* from the number or time under the existing key *k*.
	global decrement: function(h: opaque of Broker::Store, k: any,
	                           a: any &default = 1,
	                           e: interval &default=0sec) : bool;

	## Puts *s* behind the string under the existing key *k*.
	global append: function(h: opaque of Broker::Store, k: any, s: string,
	                        e: interval &default=0sec) : bool;

	## Adds the element *i* to the set under the existing key *k*.
	global insert_into_set: function(h: opaque of Broker::Store,
	                                 k: any, i: any,
	                                 e: interval &default=0sec) : bool;

	## Sets the index *i* to *v* in the table under the existing key *k*.
	global insert_into_table: function(h: opaque of Broker::Store,
	                                   k: any, i: any, v: any,
	                                   e: interval &default=0sec) : bool;

	## Removes the index *i* from the set or table under the existing key *k*.
	global remove_from: function(h: opaque of Broker::Store,
	                             k: any, i: any,
	                             e: interval &default=0sec) : bool;

	## Puts *v* behind the last element of the vector under the existing key *k*.
	global push: function(h: opaque of Broker::Store,
	                      k: any, v: any,
	                      e: interval &default=0sec) : bool;

	## Removes the last element of the vector under the existing key *k*.
	global pop: function(h: opaque of Broker::Store,
	                     k: any,
	                     e: interval &default=0sec) : bool;

	## Asks for all keys. The answer is a set as it was at one moment; for keys of different types walk it
	## with Broker::set_iterator. Costly for a large store, for all keys are copied.
	global keys: function(h: opaque of Broker::Store): QueryResult;

	## Removes all keys.
	global clear: function(h: opaque of Broker::Store) : bool;
}

function create_master(name: string, b: BackendType, options: BackendOptions): opaque of Broker::Store
	{
	return __create_master(name, b, options);
	}

function create_clone(name: string, resync_interval: interval, stale_interval: interval,
                      mutation_buffer_interval: interval): opaque of Broker::Store
	{
	return __create_clone(name, resync_interval, stale_interval, mutation_buffer_interval);
	}

function close(h: opaque of Broker::Store): bool
	{
	return __close(h);
	}

function is_closed(h: opaque of Broker::Store): bool
	{
	return __is_closed(h);
	}

function store_name(h: opaque of Broker::Store): string
	{
	return __store_name(h);
	}

function exists(h: opaque of Broker::Store, k: any): QueryResult
	{
	return __exists(h, k);
	}

function get(h: opaque of Broker::Store, k: any): QueryResult
	{
	return __get(h, k);
	}

function put_unique(h: opaque of Broker::Store, k: any, v: any, e: interval): QueryResult
	{
	return __put_unique(h, k, v, e);
	}

function get_index_from_value(h: opaque of Broker::Store, k: any, i: any): QueryResult
	{
	return __get_index_from_value(h, k, i);
	}

function keys(h: opaque of Broker::Store): QueryResult
	{
	return __keys(h);
	}

function put(h: opaque of Broker::Store, k: any, v: any, e: interval): bool
	{
	return __put(h, k, v, e);
	}

function erase(h: opaque of Broker::Store, k: any): bool
	{
	return __erase(h, k);
	}

function increment(h: opaque of Broker::Store, k: any, a: any, e: interval): bool
	{
	return __increment(h, k, a, e);
	}

function decrement(h: opaque of Broker::Store, k: any, a: any, e: interval): bool
	{
	return __decrement(h, k, a, e);
	}

function append(h: opaque of Broker::Store, k: any, s: string, e: interval): bool
	{
	return __append(h, k, s, e);
	}

function insert_into_set(h: opaque of Broker::Store, k: any, i: any, e: interval): bool
	{
	return __insert_into_set(h, k, i, e);
	}

function insert_into_table(h: opaque of Broker::Store, k: any, i: any, v: any, e: interval): bool
	{
	return __insert_into_table(h, k, i, v, e);
	}

function remove_from(h: opaque of Broker::Store, k: any, i: any, e: interval): bool
	{
	return __remove_from(h, k, i, e);
	}

function push(h: opaque of Broker::Store, k: any, v: any, e: interval): bool
	{
	return __push(h, k, v, e);
	}

function pop(h: opaque of Broker::Store, k: any, e: interval): bool
	{
	return __pop(h, k, e);
	}

function clear(h: opaque of Broker::Store): bool
	{
	return __clear(h);
	}
