redef exit_only_after_terminate = T;

global t: table[string] of count;

event bro_init()
	{
	when ( t["missing"] == 1 )
		{
		print "wrong";
		}
	timeout 20 msecs
		{
		print "timed out";
		terminate();
		}
	}
