event bro_init()
	{
	print fmt("%1000000000d", 1);
	}
