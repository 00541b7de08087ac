const limit = 10;

event bro_init()
	{
	limit = 11;
	}
