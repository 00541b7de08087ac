function what(n: count): string
	{
	switch ( n )
		{
		case 0:
			return "zero";
		case 1, 2, 3:
			return "small";
		default:
			return "large";
		}
	}

event bro_init()
	{
	print what(0), what(2), what(9);
	switch ( "x" ) { case "y": print "wrong"; break; case "x": print "right"; break; }
	switch ( 5 ) { }
	switch ( 5 ) { case 6: print "wrong"; break; }
	switch ( 1.2.3.4 ) { case 1.2.3.4: print "addr"; break; }
	switch ( 80/tcp ) { case 80/tcp: print "port"; break; }
	}
