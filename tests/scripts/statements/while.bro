event bro_init()
	{
	local n = 0;
	while ( n < 10 )
		{
		++n;
		if ( n % 2 == 0 ) next;
		if ( n > 7 ) break;
		print n;
		}
	while ( F ) print "never";
	while ( n > 8 ) --n;
	print n;
	}
