event bro_init()
	{
	print vector(1, 2) + 1;
	}
