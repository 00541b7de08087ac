event bro_init()
	{
	local v = vector(1, 2, 3);
	local i = -1;
	print v[i], v[-3];
	}
