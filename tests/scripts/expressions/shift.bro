event bro_init()
	{
	print 1 << 4, 256 >> 4, 1 << 0;
	}
