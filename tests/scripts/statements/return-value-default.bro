function nothing() { return; }

function falls_off(n: count): count
	{
	if ( n > 0 )
		return n;
	return 0;
	}

event bro_init()
	{
	nothing();
	print falls_off(0), falls_off(3);
	}
