event bro_init()
	{
	for ( i in vector(0, 0, 0) )
		{
		switch ( i )
			{
			case 1:
				if ( T )
					next;
				break;
			default:
				break;
			}
		print i;
		}
	}
