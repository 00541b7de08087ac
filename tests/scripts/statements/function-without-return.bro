function f(n: count): count
	{
	if ( n == 1 )
		return 1;
	}

event bro_init()
	{
	print f(1);
	print f(2);
	print "end";
	}
