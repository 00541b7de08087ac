event later(s: string) { print "later", s; }

event bro_init()
	{
	event later("a");
	event later("b");
	print "first";
	}
