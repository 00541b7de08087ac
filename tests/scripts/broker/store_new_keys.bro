# What adds begins with an empty value where there is no key; what takes away does nothing then.
global h: opaque of Broker::Store;

event bro_init()
	{
	h = Broker::create_master("store");
	Broker::increment(h, "count");
	Broker::increment(h, "double", 1.5);
	Broker::increment(h, "interval", 1min);
	Broker::append(h, "string", "text");
	Broker::insert_into_set(h, "set", "element");
	Broker::insert_into_table(h, "table", "index", "value");
	Broker::push(h, "vector", T);
	Broker::decrement(h, "decremented", 1);
	Broker::remove_from(h, "removed from", 1);
	Broker::pop(h, "popped");
	Broker::erase(h, "erased");

	for ( key in set("count", "double", "interval", "string", "set", "table", "vector") )
		{
		when [key] ( local r = Broker::get(h, key) ) { print key, r$result; } timeout 5sec { print "timeout"; }
		}

	when ( local k = Broker::keys(h) ) { print k$result; } timeout 5sec { print "timeout"; }
	}
