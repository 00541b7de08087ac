event bro_init()
	{
	next;
	}
