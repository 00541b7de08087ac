event bro_init()
	{
	for ( i in vector(0, 1, 2, 3, 4) )
		{
		if ( i == 1 ) next;
		if ( i == 3 ) break;
		print i;
		}
	print "done";
	}
