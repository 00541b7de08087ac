event bro_init()
	{
	local t: table[string] of count;
	for ( i in vector(0, 0, 0, 0, 0) )
		t[fmt("k%d", 4 - i)] = i;
	for ( k, v in t )
		print k, v;
	}
