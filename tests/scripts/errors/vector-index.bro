event bro_init()
	{
	local v = vector(1, 2);
	print v[2];
	print "goes on";
	}
