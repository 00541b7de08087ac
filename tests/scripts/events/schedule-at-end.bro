event tell(n: count) { print n; }

event bro_init()
	{
	schedule 1 day { tell(1) };
	print "init";
	}
