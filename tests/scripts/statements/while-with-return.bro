function find(limit: count): count
	{
	local n = 0;
	while ( T )
		{
		if ( n * n > limit ) return n;
		++n;
		}
	}

event bro_init() { print find(50); }
