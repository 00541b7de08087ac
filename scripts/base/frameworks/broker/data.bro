##! Values of any type in the form in which they travel and are stored: build them and look into them.
##!
##! Most scripts need none of this: values are converted when they are passed, and `x as string` takes one out.
##! It is for values whose type is not known before. Iterators walk a copy made when they were created.

@load ./main

module Broker;

export {
	## The type of what is in a Broker::Data. Records travel as vectors, so there is no record among them.
	type DataType: enum {
		## Nothing is in it.
		NONE,
		## A bool.
		BOOL,
		## An int.
		INT,
		## A count.
		COUNT,
		## A double.
		DOUBLE,
		## A string.
		STRING,
		## An addr.
		ADDR,
		## A subnet.
		SUBNET,
		## A port.
		PORT,
		## A time.
		TIME,
		## An interval.
		INTERVAL,
		## An enum.
		ENUM,
		## A set.
		SET,
		## A table.
		TABLE,
		## A vector or a record.
		VECTOR,
	};

	## Converts any value. The field of the result is unset where the type cannot be converted.
	global data: function(d: any): Broker::Data;

	## Returns the type of what is in *d*.
	global data_type: function(d: Broker::Data): Broker::DataType;

	## Returns an empty set.
	global set_create: function(): Broker::Data;

	## Removes all elements of a set. Returns T.
	global set_clear: function(s: Broker::Data) : bool;

	## Returns how many elements a set has.
	global set_size: function(s: Broker::Data): count;

	## Returns whether a set has the element *key*.
	global set_contains: function(s: Broker::Data, key: any) : bool;

	## Adds *key* to a set. Returns F if it was there.
	global set_insert: function(s: Broker::Data, key: any) : bool;

	## Removes *key* from a set. Returns F if it was not there.
	global set_remove: function(s: Broker::Data, key: any) : bool;

	## Returns an iterator that stands on the first element of a set.
	global set_iterator: function(s: Broker::Data): opaque of Broker::SetIterator;

	## Returns whether an iterator stands behind the last element, so that it has no value.
	global set_iterator_last: function(it: opaque of Broker::SetIterator) : bool;

	## Moves an iterator on. Returns F if it now stands behind the last element.
	global set_iterator_next: function(it: opaque of Broker::SetIterator) : bool;

	## Returns the element on which an iterator stands.
	global set_iterator_value: function(it: opaque of Broker::SetIterator): Broker::Data;

	## Returns an empty table.
	global table_create: function(): Broker::Data;

	## Removes all entries of a table. Returns T.
	global table_clear: function(t: Broker::Data) : bool;

	## Returns how many entries a table has.
	global table_size: function(t: Broker::Data): count;

	## Returns whether a table has the index *key*.
	global table_contains: function(t: Broker::Data, key: any) : bool;

	## Sets the index *key* to *val*. Returns the value that was there; its field is unset if there was none.
	global table_insert: function(t: Broker::Data, key: any, val: any): Broker::Data;

	## Removes the index *key*. Returns the value that was there; its field is unset if there was none.
	global table_remove: function(t: Broker::Data, key: any): Broker::Data;

	## Returns the value at the index *key*; its field is unset if there is none.
	global table_lookup: function(t: Broker::Data, key: any): Broker::Data;

	## Returns an iterator that stands on the first entry of a table.
	global table_iterator: function(t: Broker::Data): opaque of Broker::TableIterator;

	## Returns whether an iterator stands behind the last entry, so that it has no value.
	global table_iterator_last: function(it: opaque of Broker::TableIterator) : bool;

	## Moves an iterator on. Returns F if it now stands behind the last entry.
	global table_iterator_next: function(it: opaque of Broker::TableIterator) : bool;

	## Returns the entry on which an iterator stands.
	global table_iterator_value: function(it: opaque of Broker::TableIterator): Broker::TableItem;

	## Returns an empty vector.
	global vector_create: function(): Broker::Data;

	## Removes all elements of a vector. Returns T.
	global vector_clear: function(v: Broker::Data) : bool;

	## Returns how many elements a vector has.
	global vector_size: function(v: Broker::Data): count;

	## Puts *d* before the element at *idx*, or at the end if there is no such element. Returns T.
	global vector_insert: function(v: Broker::Data, idx: count, d: any) : bool;

	## Puts *d* in the place of the element at *idx*. Returns what was there; its field is unset if there is
	## no such element.
	global vector_replace: function(v: Broker::Data, idx: count, d: any): Broker::Data;

	## Removes the element at *idx*. Returns it; its field is unset if there is no such element.
	global vector_remove: function(v: Broker::Data, idx: count): Broker::Data;

	## Returns the element at *idx*; its field is unset if there is no such element.
	global vector_lookup: function(v: Broker::Data, idx: count): Broker::Data;

	## Returns an iterator that stands on the first element of a vector.
	global vector_iterator: function(v: Broker::Data): opaque of Broker::VectorIterator;

	## Returns whether an iterator stands behind the last element, so that it has no value.
	global vector_iterator_last: function(it: opaque of Broker::VectorIterator) : bool;

	## Moves an iterator on. Returns F if it now stands behind the last element.
	global vector_iterator_next: function(it: opaque of Broker::VectorIterator) : bool;

	## Returns the element on which an iterator stands.
	global vector_iterator_value: function(it: opaque of Broker::VectorIterator): Broker::Data;

	## Returns a record of *sz* fields, all unset.
	global record_create: function(sz: count): Broker::Data;

	## Returns how many fields a record has.
	global record_size: function(r: Broker::Data): count;

	## Sets the field at *idx* to *d*. Returns F if there is no such field.
	global record_assign: function(r: Broker::Data, idx: count, d: any) : bool;

	## Returns the field at *idx*; its field is unset if there is none or it has no value.
	global record_lookup: function(r: Broker::Data, idx: count): Broker::Data;

	## Returns an iterator that stands on the first field of a record.
	global record_iterator: function(r: Broker::Data): opaque of Broker::RecordIterator;

	## Returns whether an iterator stands behind the last field, so that it has no value.
	global record_iterator_last: function(it: opaque of Broker::RecordIterator) : bool;

	## Moves an iterator on. Returns F if it now stands behind the last field.
	global record_iterator_next: function(it: opaque of Broker::RecordIterator) : bool;

	## Returns the field on which an iterator stands.
	global record_iterator_value: function(it: opaque of Broker::RecordIterator): Broker::Data;
}

function data(d: any): Broker::Data
	{
	return __data(d);
	}

function data_type(d: Broker::Data): Broker::DataType
	{
	return __data_type(d);
	}

function set_create(): Broker::Data
	{
	return __set_create();
	}

function set_clear(s: Broker::Data): bool
	{
	return __set_clear(s);
	}

function set_size(s: Broker::Data): count
	{
	return __set_size(s);
	}

function set_contains(s: Broker::Data, key: any): bool
	{
	return __set_contains(s, key);
	}

function set_insert(s: Broker::Data, key: any): bool
	{
	return __set_insert(s, key);
	}

function set_remove(s: Broker::Data, key: any): bool
	{
	return __set_remove(s, key);
	}

function set_iterator(s: Broker::Data): opaque of Broker::SetIterator
	{
	return __set_iterator(s);
	}

function set_iterator_last(it: opaque of Broker::SetIterator): bool
	{
	return __set_iterator_last(it);
	}

function set_iterator_next(it: opaque of Broker::SetIterator): bool
	{
	return __set_iterator_next(it);
	}

function set_iterator_value(it: opaque of Broker::SetIterator): Broker::Data
	{
	return __set_iterator_value(it);
	}

function table_create(): Broker::Data
	{
	return __table_create();
	}

function table_clear(t: Broker::Data): bool
	{
	return __table_clear(t);
	}

function table_size(t: Broker::Data): count
	{
	return __table_size(t);
	}

function table_contains(t: Broker::Data, key: any): bool
	{
	return __table_contains(t, key);
	}

function table_insert(t: Broker::Data, key: any, val: any): Broker::Data
	{
	return __table_insert(t, key, val);
	}

function table_remove(t: Broker::Data, key: any): Broker::Data
	{
	return __table_remove(t, key);
	}

function table_lookup(t: Broker::Data, key: any): Broker::Data
	{
	return __table_lookup(t, key);
	}

function table_iterator(t: Broker::Data): opaque of Broker::TableIterator
	{
	return __table_iterator(t);
	}

function table_iterator_last(it: opaque of Broker::TableIterator): bool
	{
	return __table_iterator_last(it);
	}

function table_iterator_next(it: opaque of Broker::TableIterator): bool
	{
	return __table_iterator_next(it);
	}

function table_iterator_value(it: opaque of Broker::TableIterator): Broker::TableItem
	{
	return __table_iterator_value(it);
	}

function vector_create(): Broker::Data
	{
	return __vector_create();
	}

function vector_clear(v: Broker::Data): bool
	{
	return __vector_clear(v);
	}

function vector_size(v: Broker::Data): count
	{
	return __vector_size(v);
	}

function vector_insert(v: Broker::Data, idx: count, d: any): bool
	{
	return __vector_insert(v, idx, d);
	}

function vector_replace(v: Broker::Data, idx: count, d: any): Broker::Data
	{
	return __vector_replace(v, idx, d);
	}

function vector_remove(v: Broker::Data, idx: count): Broker::Data
	{
	return __vector_remove(v, idx);
	}

function vector_lookup(v: Broker::Data, idx: count): Broker::Data
	{
	return __vector_lookup(v, idx);
	}

function vector_iterator(v: Broker::Data): opaque of Broker::VectorIterator
	{
	return __vector_iterator(v);
	}

function vector_iterator_last(it: opaque of Broker::VectorIterator): bool
	{
	return __vector_iterator_last(it);
	}

function vector_iterator_next(it: opaque of Broker::VectorIterator): bool
	{
	return __vector_iterator_next(it);
	}

function vector_iterator_value(it: opaque of Broker::VectorIterator): Broker::Data
	{
	return __vector_iterator_value(it);
	}

function record_create(sz: count): Broker::Data
	{
	return __record_create(sz);
	}

function record_size(r: Broker::Data): count
	{
	return __record_size(r);
	}

function record_assign(r: Broker::Data, idx: count, d: any): bool
	{
	return __record_assign(r, idx, d);
	}

function record_lookup(r: Broker::Data, idx: count): Broker::Data
	{
	return __record_lookup(r, idx);
	}

function record_iterator(r: Broker::Data): opaque of Broker::RecordIterator
	{
	return __record_iterator(r);
	}

function record_iterator_last(it: opaque of Broker::RecordIterator): bool
	{
	return __record_iterator_last(it);
	}

function record_iterator_next(it: opaque of Broker::RecordIterator): bool
	{
	return __record_iterator_next(it);
	}

function record_iterator_value(it: opaque of Broker::RecordIterator): Broker::Data
	{
	return __record_iterator_value(it);
	}
