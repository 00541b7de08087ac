event bro_init()
	{
	print "never closed;
	}
