# An expiry function may change the table that it is called for while its entries are gone through.
# The first round ends long before the entries are too old, the second begins when all of them are.
redef exit_only_after_terminate = T;
redef table_expire_interval = 400 msecs;
redef table_expire_delay = 1 msec;
redef table_incremental_step = 2;

global t: table[count] of string &create_expire=300 msecs &expire_func=function(t: table[count] of string, n: count): interval
	{
	print n;
	if ( n == 1 )
		{
		delete t[2];
		t[100] = "new";
		}
	if ( n == 3 )
		clear_table(t);
	return 0 secs;
	};

event stop()
	{
	print |t|;
	terminate();
	}

event bro_init()
	{
	t[1] = "a";
	t[2] = "b";
	t[3] = "c";
	t[4] = "d";
	schedule 1500 msecs { stop() };
	}
