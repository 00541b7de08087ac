# What a value holds at an index: containers are looked into, other values are given whole. A key or an index that is
# not there is a failure; an index of the wrong type has no answer.
global h: opaque of Broker::Store;

function look(key: string, index: any)
	{
	when [key, index] ( local r = Broker::get_index_from_value(h, key, index) ) { print key, index, r$status, r$result; }
	timeout 1sec { print key, index, "no answer"; }
	}

event bro_init()
	{
	h = Broker::create_master("store");
	Broker::put(h, "set", set("a", "b"));
	Broker::put(h, "table", table(["a"] = 1));
	Broker::put(h, "vector", vector("x", "y"));
	Broker::put(h, "number", 7);
	look("set", "a");
	look("set", "c");
	look("set", 1);
	look("table", "a");
	look("table", "b");
	look("vector", 1);
	look("vector", +1);
	look("vector", 2);
	look("number", "anything");
	look("nothing", 0);
	look("vector", -1);
	look("vector", "x");
	}
