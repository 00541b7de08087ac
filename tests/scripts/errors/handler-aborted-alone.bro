global seen = 0;

event step(n: count)
	{
	++seen;
	local v: vector of count;
	if ( n == 1 )
		print v[5];
	print "step", n;
	}

event bro_init()
	{
	event step(0);
	event step(1);
	event step(2);
	}

event bro_done()
	{
	print seen;
	}
