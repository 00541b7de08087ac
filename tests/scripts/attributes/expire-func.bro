redef exit_only_after_terminate = T;
redef table_expire_interval = 20 msecs;

function gone(t: table[string] of count, key: string): interval
	{
	print "expired", key, t[key];
	terminate();
	return 0 secs;
	}

global t: table[string] of count &create_expire=50 msecs &expire_func=gone;

event bro_init()
	{
	t["x"] = 5;
	}
