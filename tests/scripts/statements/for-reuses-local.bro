event bro_init()
	{
	local i = 77;
	for ( i in vector(1, 2, 3) )
		;
	print i;
	}
