event bro_init()
	{
	switch ( 1 )
		{
		case 1:
			switch ( 2 )
				{
				case 2: print "inner two"; break;
				default: print "wrong"; break;
				}
			print "outer one";
			break;
		default:
			print "wrong";
			break;
		}
	}
