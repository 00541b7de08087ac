redef exit_only_after_terminate = T;

event bro_init()
	{
	when ( local names = lookup_addr(127.0.0.1) )
		{
		print |names| > 0;
		terminate();
		}
	timeout 10 secs
		{
		print "timed out";
		terminate();
		}
	}
