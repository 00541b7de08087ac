function find(wanted: count): string
	{
	for ( i in vector(0, 0, 0) )
		for ( j in vector(0, 0, 0) )
			if ( i * 3 + j == wanted )
				return fmt("%d %d", i, j);
	return "none";
	}

event bro_init()
	{
	print find(5), find(9);
	}
