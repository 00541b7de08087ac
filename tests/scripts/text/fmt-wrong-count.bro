event bro_init()
	{
	print fmt("%d and %d", 1);
	print "next";
	}
