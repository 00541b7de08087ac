event bro_init()
	{
	local v = vector(1, 2, 3, 4, 5);
	print v[1:3], v[:2], v[3:], v[:], v[-2:], v[:-1], v[2:2], v[1:100];
	local w = v[0:2];
	w[0] = 77;
	print v, w;
	}
