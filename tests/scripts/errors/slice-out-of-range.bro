event bro_init()
	{
	local v = vector(1, 2, 3);
	v[9223372036854775807:] = vector(4);
	print v;
	print v[0:18446744073709551615], "abc"[0:9223372036854775807];
	}
