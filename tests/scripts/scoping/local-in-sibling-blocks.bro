event bro_init()
	{
	if ( T ) { local a = 1; print a; }
	for ( i in set(5) ) { local b = i; print b; }
	}
