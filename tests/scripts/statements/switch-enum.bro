type E: enum { RED, GREEN, BLUE };

function hot(e: E): bool
	{
	switch ( e )
		{
		case RED: return T;
		case GREEN, BLUE: return F;
		}
	return F;
	}

event bro_init()
	{
	print hot(RED), hot(BLUE);
	}
