redef exit_only_after_terminate = T;

global ready = F;

event set_it() { ready = T; }

event bro_init()
	{
	local n = 1;
	when ( ready )
		{
		print n;
		terminate();
		}
	n = 2;
	schedule 10 msecs { set_it() };
	}
