event bro_init()
	{
	local v: vector of any = vector(1, "two", 3.0, 4/tcp);
	print v, |v|;
	v[4] = set(5);
	print v[1], v[4];
	}
