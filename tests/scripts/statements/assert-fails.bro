event bro_init()
	{
	local n = 1;
	assert n == 2, fmt("n is %d", n);
	print "not reached";
	}

event bro_init() &priority=-1
	{
	assert F;
	print "not reached";
	}

event bro_init() &priority=-2
	{
	print "other handlers run";
	}
