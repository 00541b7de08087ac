event bro_init()
	{
	print ! 5, ! 0;
	}
