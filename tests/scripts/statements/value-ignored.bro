event bro_init()
	{
	1 + 2;
	print "end";
	}
