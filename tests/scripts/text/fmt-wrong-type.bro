event bro_init()
	{
	print fmt("%d", "text");
	print "next";
	}
