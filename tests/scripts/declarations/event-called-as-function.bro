event tell(n: count) { print "told", n; }

event bro_init()
	{
	tell(5);
	}
