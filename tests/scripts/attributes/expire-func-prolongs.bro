redef exit_only_after_terminate = T;
redef table_expire_interval = 10 msecs;

global rounds = 0;

function gone(t: table[string] of count, key: string): interval
	{
	++rounds;
	print "expired", rounds;
	if ( rounds == 3 )
		{
		terminate();
		return 0 secs;
		}
	return 20 msecs;
	}

global t: table[string] of count &create_expire=20 msecs &expire_func=gone;

event bro_init()
	{
	t["x"] = 5;
	}
