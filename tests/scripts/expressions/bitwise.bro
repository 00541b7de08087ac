event bro_init()
	{
	print 12 & 10, 12 | 10, 12 ^ 10, ~0, ~0xff & 0xffff;
	print vector(12, 6) & vector(10, 3);
	}
