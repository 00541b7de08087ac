option size = 5;

event bro_init()
	{
	size = 6;
	}
