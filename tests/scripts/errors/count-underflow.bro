event bro_init()
	{
	local n = 3;
	print n - 3;
	print n - 4;
	print "goes on";
	}

event bro_init()
	{
	local c = 0;
	--c;
	print "goes on", c;
	}
