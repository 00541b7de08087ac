event bro_init()
	{
	for ( i in vector(0, 0, 0) )
		{
		switch ( i )
			{
			case 1:
				next;
			default:
				break;
			}
		print i;
		}
	}
