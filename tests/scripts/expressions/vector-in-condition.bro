event bro_init()
	{
	if ( 5 in vector(1, 2, 3, 4, 5, 6) ) print "index 5 is there";
	if ( 6 !in vector(1, 2, 3, 4, 5, 6) ) print "index 6 is not";
	}
