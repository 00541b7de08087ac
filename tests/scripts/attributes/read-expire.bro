redef exit_only_after_terminate = T;
redef table_expire_interval = 10 msecs;

global t: table[string] of count &read_expire=200 msecs;
global rounds = 0;

event look()
	{
	if ( ++rounds < 6 )
		{
		local n = t["read"];
		schedule 100 msecs { look() };
		return;
		}
	print "left" in t, "read" in t;
	terminate();
	}

event bro_init()
	{
	t["left"] = 0;
	t["read"] = 0;
	event look();
	}
