# The index that an expiry function is given comes out of its any as a list, and only as the types that it has.

redef exit_only_after_terminate = T;
redef table_expire_interval = 10msec;

function gone(t: table[count, string] of bool, idx: any): interval
	{
	local n: count;
	local s: string;
	[n, s] = idx;
	print n, s, t[n, s];
	return 0sec;
	}

function wrong(t: table[count, string] of bool, idx: any): interval
	{
	local a: addr;
	local s: string;
	[a, s] = idx;
	print "never";
	return 0sec;
	}

global good: table[count, string] of bool &create_expire=10msec &expire_func=gone;
global bad: table[count, string] of bool &create_expire=10msec &expire_func=wrong;

event finish()
	{
	terminate();
	}

event bro_init()
	{
	good[1, "one"] = T;
	bad[2, "two"] = F;
	schedule 200msec { finish() };
	}
