redef exit_only_after_terminate = T;

global ready = F;

event set_it() { ready = T; }

event bro_init()
	{
	when ( ready )
		{
		print "ready";
		terminate();
		}
	print "waiting";
	schedule 10 msecs { set_it() };
	}
