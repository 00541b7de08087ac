redef exit_only_after_terminate = T;
redef table_expire_interval = 10 msecs;

global t: table[string] of count &write_expire=200 msecs;
global rounds = 0;

event look()
	{
	if ( ++rounds < 6 )
		{
		t["written"] = rounds;
		schedule 100 msecs { look() };
		return;
		}
	print "left" in t, "written" in t;
	terminate();
	}

event bro_init()
	{
	t["left"] = 0;
	t["written"] = 0;
	event look();
	}
