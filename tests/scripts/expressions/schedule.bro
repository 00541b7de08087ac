event later(n: count)
	{
	print "later", n;
	}

event bro_init()
	{
	schedule 30 msecs { later(2) };
	schedule 10 msecs { later(1) };
	event later(0);
	print "init";
	}
