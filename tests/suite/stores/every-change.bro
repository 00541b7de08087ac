# Every change that a clone asks its master for comes back to it, and every question has its answer.
#
# @TEST-PORT: PORT
# @TEST-EXEC: btest-bg-run master brood run -b master-at-port
# @TEST-EXEC: btest-bg-run clone brood run -b ../clone.bro
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: TEST_DIFF_CANONIFIER=sort btest-diff clone/.stdout

# @TEST-START-FILE clone.bro
@load peers

global s: opaque of Broker::Store;
global waits_for: event(key: string, there: bool);

function change()
	{
	Broker::put(s, "put", 1.2.3.4);
	Broker::put(s, "count", 5);
	Broker::increment(s, "count", 3);
	Broker::decrement(s, "count");
	Broker::decrement(s, "int", 1);
	Broker::put(s, "int", -5);
	Broker::increment(s, "int", +2);
	Broker::increment(s, "double", 0.5);
	Broker::increment(s, "interval", 5sec);
	Broker::decrement(s, "interval", 1sec);
	Broker::put(s, "time", double_to_time(10.0));
	Broker::increment(s, "time", 5sec);
	Broker::append(s, "text", "one");
	Broker::append(s, "text", " two");
	Broker::insert_into_set(s, "set", 3);
	Broker::insert_into_set(s, "set", 4);
	Broker::remove_from(s, "set", 4);
	Broker::insert_into_table(s, "table", "a", 1);
	Broker::insert_into_table(s, "table", "b", 2);
	Broker::remove_from(s, "table", "a");
	Broker::push(s, "vector", "x");
	Broker::push(s, "vector", "y");
	Broker::push(s, "vector", "z");
	Broker::pop(s, "vector");
	Broker::put(s, "erased", T);
	Broker::erase(s, "erased");
	# What does not fit changes nothing and ends nothing.
	Broker::increment(s, "text", 1);
	Broker::push(s, "put", 1);
	Broker::put(s, "brief", T, 300msec);
	Broker::put(s, "last", T);
	}

function show(key: string)
	{
	when [key] ( local r = Broker::get(s, key) )
		{
		print fmt("%s: %s", key, r$status == Broker::SUCCESS ? cat(r$result) : "none");
		}
	timeout 20sec { print fmt("%s: no answer", key); }
	}

function ask()
	{
	for ( key in set("put", "count", "int", "double", "interval", "time", "text", "set", "table", "vector", "erased",
	                 "brief") )
		show(key);

	when ( local e = Broker::exists(s, "put") ) { print fmt("exists: %s", e$result); }
	timeout 20sec { print "no exists"; }

	when ( local m = Broker::exists(s, "erased") ) { print fmt("exists not: %s", m$result); }
	timeout 20sec { print "no exists"; }

	when ( local i = Broker::get_index_from_value(s, "table", "b") ) { print fmt("at b: %s", i$result); }
	timeout 20sec { print "no index"; }

	when ( local n = Broker::get_index_from_value(s, "vector", 7) ) { print fmt("at 7: %s", n$status); }
	timeout 20sec { print "no index"; }

	when ( local w = Broker::get_index_from_value(s, "set", 3) ) { print fmt("has 3: %s", w$result); }
	timeout 20sec { print "no index"; }

	when ( local k = Broker::keys(s) ) { print fmt("keys: %s", k$result); }
	timeout 20sec { print "no keys"; }
	}

event finish()
	{
	when ( local k = Broker::keys(s) )
		{
		print fmt("at the end: %s", k$result);
		terminate();
		}
	timeout 20sec { print "no keys"; }
	}

# The last change is there, what was to be there briefly no more, and all is cleared: in this order.
event waits_for(key: string, there: bool)
	{
	when [key, there] ( local r = Broker::exists(s, key) )
		{
		if ( (r$result as bool) != there )
			schedule 20msec { waits_for(key, there) };
		else if ( key == "last" )
			event waits_for("brief", F);
		else if ( key == "brief" )
			{
			ask();
			print fmt("clear: %s", Broker::clear(s));
			event waits_for("put", F);
			}
		else
			event finish();
		}
	timeout 20sec { print "no answer"; }
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string)
	{
	s = Broker::create_clone("s");
	change();
	event waits_for("last", T);
	}

event bro_init()
	{
	Broker::peer("127.0.0.1", test_port, 100msec);
	}
# @TEST-END-FILE
