redef exit_only_after_terminate = T;

global a = F;
global b = F;

event set_a() { a = T; }
event set_b() { b = T; }

event bro_init()
	{
	when ( a && b )
		{
		print "both";
		terminate();
		}
	timeout 10 secs { print "wrong"; terminate(); }
	schedule 10 msecs { set_a() };
	schedule 20 msecs { set_b() };
	}
