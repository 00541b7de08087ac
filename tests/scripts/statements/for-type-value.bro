event bro_init()
	{
	local t: table[count, string] of double = { [1, "a"] = 0.5 };
	for ( [n, s], d in t )
		print n, s, d;
	}
