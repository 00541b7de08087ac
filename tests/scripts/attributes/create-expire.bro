redef exit_only_after_terminate = T;
redef table_expire_interval = 20 msecs;

global s: set[string] &create_expire=50 msecs;

event look()
	{
	if ( |s| == 0 )
		{
		print "gone";
		terminate();
		}
	else
		schedule 10 msecs { look() };
	}

event bro_init()
	{
	add s["x"];
	print |s|;
	schedule 10 msecs { look() };
	}
