event bro_init()
	{
	local n: count;
	print n;
	print "goes on";
	}
