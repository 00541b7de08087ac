# A condition may wait for entries to expire, though nothing else happens.
redef table_expire_interval = 100 msec;
redef exit_only_after_terminate = T;

global jobs: table[string] of count &create_expire=200 msec;

event bro_init()
	{
	jobs["a"] = 1;
	when ( |jobs| == 0 )
		{
		print "none left";
		terminate();
		}
	timeout 20 sec
		{
		print "still there";
		terminate();
		}
	}
