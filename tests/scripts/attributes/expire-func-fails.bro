# An entry whose expiry function has no value goes.
redef exit_only_after_terminate = T;
redef table_expire_interval = 10 msecs;

global t: table[count] of count &create_expire=10 msecs &expire_func=function(t: table[count] of count, n: count): interval
	{
	local empty: table[count] of interval;
	return empty[n];
	};

event stop()
	{
	print |t|;
	terminate();
	}

event bro_init()
	{
	t[1] = 1;
	schedule 300 msecs { stop() };
	}
