# Changes fit the type of what is there; others change nothing, and say nothing.
global h: opaque of Broker::Store;

function show(key: string)
	{
	when ( local r = Broker::get(h, key) ) { print key, r$status, r$result; } timeout 5sec { print key, "timeout"; }
	}

event bro_init()
	{
	h = Broker::create_master("store");
	Broker::put(h, "count", 5);
	Broker::put(h, "int", -5);
	Broker::put(h, "double", 0.5);
	Broker::put(h, "interval", 5sec);
	Broker::put(h, "time", double_to_time(10.0));
	Broker::put(h, "string", "s");
	Broker::put(h, "set", set(1, 2));
	Broker::put(h, "table", table(["a"] = 1));
	Broker::put(h, "vector", vector(1, 2));
	Broker::put(h, "addr", 1.2.3.4);
	Broker::put(h, "bool", T);

	for ( key in vector("count", "int", "double", "interval", "time", "string", "set", "table", "vector", "addr", "bool") )
		{
		local name = vector("count", "int", "double", "interval", "time", "string", "set", "table", "vector", "addr", "bool")[key];
		# Each of these fits some.
		print Broker::increment(h, name, 1), Broker::increment(h, name, +1), Broker::increment(h, name, 0.25);
		print Broker::decrement(h, name, 3sec), Broker::append(h, name, "x");
		show(name);
		}

	Broker::insert_into_set(h, "count", 1);
	Broker::insert_into_table(h, "string", "k", "v");
	Broker::remove_from(h, "count", 1);
	Broker::push(h, "bool", 1);
	Broker::pop(h, "string");
	show("count");
	show("string");
	show("bool");
	}
