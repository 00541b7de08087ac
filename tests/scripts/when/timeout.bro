redef exit_only_after_terminate = T;

global ready = F;

event bro_init()
	{
	when ( ready )
		{
		print "wrong";
		}
	timeout 20 msecs
		{
		print "timed out";
		terminate();
		}
	}
