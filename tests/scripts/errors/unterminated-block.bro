event bro_init()
	{
	if ( T )
		{
		print "x";
	}
