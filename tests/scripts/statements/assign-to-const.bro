event bro_init()
	{
	const c = 5;
	c = 6;
	}
