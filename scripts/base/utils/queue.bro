##! A queue: what is put in first comes out first.

module Queue;

export {
	## How a queue behaves.
	type Settings: record {
		## How long the queue may grow. Putting a value into a
		## full queue takes out the oldest one.
		max_len: count &optional;
	};

	## A queue. Its fields are nobody else's business.
	type Queue: record {};

	## Makes an empty queue.
	##
	## s: how it behaves.
	##
	## Returns: the queue.
	global init: function(s: Settings &default=[]): Queue;

	## Puts a value in.
	##
	## q: the queue.
	##
	## val: the value.
	global put: function(q: Queue, val: any);

	## Takes the oldest value out. There must be one.
	##
	## q: the queue.
	##
	## Returns: the value.
	global get: function(q: Queue): any;

	## Looks at the oldest value. There must be one.
	##
	## q: the queue.
	##
	## Returns: the value, which stays in.
	global peek: function(q: Queue): any;

	## Makes one queue of two, taking a value from each in
	## turn.
	##
	## q1: a queue. The new one behaves as it does.
	##
	## q2: another.
	##
	## Returns: the new queue.
	global merge: function(q1: Queue, q2: Queue): Queue;

	## Counts the values.
	##
	## q: the queue.
	##
	## Returns: how many there are.
	global len: function(q: Queue): count;

	## Copies the values into a vector.
	##
	## q: the queue.
	##
	## ret: the vector, written from its start. The values
	##      have to be of its type.
	global get_vector: function(q: Queue, ret: vector of any);
}

redef record Queue += {
	# Whether init() made it.
	initialized: bool &default=F;
	# The values by number. Numbers only grow.
	vals: table[count] of any &optional;
	# How it behaves.
	settings: Settings &optional;
	# The number of the next value to come in.
	top: count &default=0;
	# The number of the oldest value.
	bottom: count &default=0;
	# Never used, but part of the record's text.
	size: count &default=0;
};

function init(s: Settings): Queue
	{
	local q: Queue;
	q$vals = table();
	q$settings = copy(s);
	q$initialized = T;
	return q;
	}

function len(q: Queue): count
	{
	return |q$vals|;
	}

function peek(q: Queue): any
	{
	return q$vals[q$bottom];
	}

function get(q: Queue): any
	{
	local val = peek(q);
	delete q$vals[q$bottom];
	++q$bottom;
	return val;
	}

function put(q: Queue, val: any)
	{
	if ( q$settings?$max_len && len(q) >= q$settings$max_len )
		get(q);

	q$vals[q$top] = val;
	++q$top;
	}

function merge(q1: Queue, q2: Queue): Queue
	{
	local merged = init(q1$settings);
	local i = q1$bottom;
	local j = q2$bottom;

	while ( i < q1$top || j < q2$top )
		{
		if ( i in q1$vals )
			put(merged, q1$vals[i]);

		if ( j in q2$vals )
			put(merged, q2$vals[j]);

		++i;
		++j;
		}

	return merged;
	}

function get_vector(q: Queue, ret: vector of any)
	{
	local i = q$bottom;
	local j = 0;

	# Each value is checked against the vector's own type
	# as it goes in, and an error names this function's line
	# below.
	while ( i < q$top )
		{
		ret[j] = q$vals[i];
		++i;
		++j;
		}
	}
