event bro_init()
	{
	for ( n in vector(0, 0, 0, 0) )
		{
		switch ( n )
			{
			case 0:
				print "zero";
				fallthrough;
			case 1:
				print "one or less";
				break;
			case 2:
				print "two";
				fallthrough;
			default:
				print "default";
				break;
			}
		}
	}
