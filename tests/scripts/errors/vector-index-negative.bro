event bro_init()
	{
	local v = vector(1, 2);
	local i = -3;
	print v[i];
	}
