event bro_init()
	{
	local v: vector of count;
	v[3] = 7;
	print |v|, 0 in v, 3 in v, 4 in v;
	print v;
	for ( i in v )
		print i, v[i];
	}
