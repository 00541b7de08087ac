event tell(n: count) { print "first", n; }
event tell(n: count) { print "second", n; }

event bro_init()
	{
	event tell(1);
	}
