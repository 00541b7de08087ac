event bro_init()
	{
	local v = vector(1, 2, 3, 4, 5);
	v[1:3] = vector(20, 30);
	print v;
	v[1:3] = vector(7, 8, 9, 10);
	print v;
	v[0:4] = vector();
	print v;
	v[|v|:] = vector(5, 6);
	print v;
	}
