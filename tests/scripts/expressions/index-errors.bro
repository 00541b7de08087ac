event bro_init()
	{
	local t: table[string] of count;
	local v = vector(1);
	print t[1];
	print v["a"];
	print t["a", "b"];
	print 5[0];
	}
