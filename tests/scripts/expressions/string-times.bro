event bro_init()
	{
	print "ab" * 3;
	}
