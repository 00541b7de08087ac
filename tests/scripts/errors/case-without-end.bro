# A case ends with one of three words: an `if` that leaves it either way does not do, nor does `next`.
event bro_init()
	{
	for ( x in set(1, 2) )
		{
		switch ( x ) {
			case 1:
				if ( x == 1 )
					break;
				else
					return;
			case 2:
				next;
			case 3:
				{
				break;
				}
			case 4:
				fallthrough;
			default:
				print "open";
		}
		}
	}
