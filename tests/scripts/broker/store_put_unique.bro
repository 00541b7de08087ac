# Of several who want a key the first gets it, until it is free again.
redef exit_only_after_terminate = T;

global h: opaque of Broker::Store;

event again()
	{
	when ( local third = Broker::put_unique(h, "k", 3) ) { print "third", third$result; terminate(); }
	timeout 5sec { print "timeout"; terminate(); }
	}

event bro_init()
	{
	h = Broker::create_master("store");
	when ( local first = Broker::put_unique(h, "k", 1, 1sec) )
		{
		print "first", first$status, first$result;
		when ( local second = Broker::put_unique(h, "k", 2) ) { print "second", second$status, second$result; }
		timeout 5sec { print "timeout"; }

		when ( local value = Broker::get(h, "k") ) { print value$result; } timeout 5sec { print "timeout"; }

		schedule 1500msec { again() };
		}
	timeout 5sec { print "timeout"; }
	}
