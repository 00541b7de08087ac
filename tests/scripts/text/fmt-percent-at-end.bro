event bro_init()
	{
	print fmt("100%%"), fmt("%s%%", 5);
	}
