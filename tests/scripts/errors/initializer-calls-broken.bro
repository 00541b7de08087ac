function broken(): count
	{
	local v: vector of count;
	return v[7];
	}

event bro_init()
	{
	local list = vector(1, broken(), 3);
	print list;
	print "goes on";
	}
