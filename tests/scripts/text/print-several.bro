event bro_init()
	{
	print "a", 1, T, 2.0, 1 sec, /x/;
	print "";
	print "", "";
	}
