event bro_init()
	{
	local n = 3;
	print n - 3;
	print n - 4;
	print "not reached";
	}

event bro_init()
	{
	local c = 0;
	--c;
	print "not reached either", c;
	}
