redef exit_only_after_terminate = T;

global ready = F;

event set_it() { ready = T; }

function slow(n: count): count
	{
	return when ( ready ) { return n + 1; }
	}

function slower(n: count): count
	{
	return when ( local r = slow(n) ) { return r * 10; }
	}

event bro_init()
	{
	when ( local a = slower(1) )
		{
		print a;
		terminate();
		}
	schedule 10 msecs { set_it() };
	}
