event bro_init()
	{
	local a = 0;
	local b = 0;
	a = b = 5;
	print a, b;
	if ( (a = 7) == 7 )
		print "seven", a;
	}
