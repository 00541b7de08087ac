event bro_init()
	{
	switch ( 5 )
		{
		case 1: break;
		case 2, 1: break;
		}
	}
