redef exit_only_after_terminate = T;

global ready = F;

event set_it() { ready = T; }

event bro_init()
	{
	local n = 1;
	when [n] ( ready )
		{
		print n;
		terminate();
		}
	timeout 1 sec { print "wrong"; }
	n = 2;
	schedule 10 msecs { set_it() };
	}
