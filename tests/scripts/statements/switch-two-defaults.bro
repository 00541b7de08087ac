event bro_init()
	{
	switch ( 5 )
		{
		default: break;
		default: break;
		}
	}
