redef exit_only_after_terminate = T;
redef table_expire_interval = 10 msecs;

function gone(t: table[addr, port] of count, a: addr, p: port): interval
	{
	print "expired", a, p, t[a, p];
	terminate();
	return 0 secs;
	}

global t: table[addr, port] of count &create_expire=20 msecs &expire_func=gone;

event bro_init()
	{
	t[1.2.3.4, 80/tcp] = 5;
	}
