event bro_init()
	{
	print nowhere;
	}
