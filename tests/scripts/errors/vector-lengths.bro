event bro_init()
	{
	print vector(1, 2) + vector(1);
	}
