event bro_init()
	{
	local n: count;
	switch ( n ) { case 1: print "one"; break; default: print "other"; break; }
	print "goes on";
	}
