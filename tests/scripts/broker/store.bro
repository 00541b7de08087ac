# A store in memory: what changes values, and what asks for them.
global h: opaque of Broker::Store;

function ask(key: any)
	{
	when ( local r = Broker::get(h, key) )
		{
		print key, r$status, r$result;
		}
	timeout 1sec
		{
		print key, "timeout";
		}
	}

event bro_init()
	{
	h = Broker::create_master("store");
	Broker::put(h, "n", 5);
	Broker::increment(h, "n", 2);
	Broker::decrement(h, "n");
	Broker::append(h, "text", "one");
	Broker::append(h, "text", " two");
	Broker::insert_into_set(h, "set", 2);
	Broker::insert_into_set(h, "set", 1);
	Broker::remove_from(h, "set", 2);
	Broker::insert_into_table(h, "table", "k", T);
	Broker::push(h, "vector", 1);
	Broker::push(h, "vector", 2);
	Broker::pop(h, "vector");
	Broker::put(h, "gone", 1);
	Broker::erase(h, "gone");
	# Of another type: nothing changes.
	Broker::increment(h, "text", 1);

	for ( key in vector("n", "text", "set", "table", "vector", "gone") )
		ask(vector("n", "text", "set", "table", "vector", "gone")[key]);

	when ( local e = Broker::exists(h, "n") ) { print "exists", e$result; } timeout 1sec { print "timeout"; }
	when ( local u = Broker::put_unique(h, "n", 1) ) { print "unique", u$result; } timeout 1sec { print "timeout"; }
	when ( local i = Broker::get_index_from_value(h, "set", 1) ) { print "index", i$result; } timeout 1sec { print "timeout"; }
	when ( local k = Broker::keys(h) ) { print "keys", k$result; } timeout 1sec { print "timeout"; }

	print h, Broker::store_name(h), Broker::is_closed(h);
	}
