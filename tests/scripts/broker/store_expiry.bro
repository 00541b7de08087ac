# An entry is gone when its time is over, unless it was put anew for ever.
redef exit_only_after_terminate = T;

global h: opaque of Broker::Store;

event look()
	{
	when ( local k = Broker::keys(h) )
		{
		print k$result;
		terminate();
		}
	timeout 1sec
		{
		print "timeout";
		}
	}

event bro_init()
	{
	h = Broker::create_master("store");
	Broker::put(h, "short", 1, 50msec);
	Broker::put(h, "renewed", 1, 50msec);
	Broker::put(h, "renewed", 1);
	Broker::put(h, "long", 1, 1hr);
	schedule 200msec { look() };
	}
