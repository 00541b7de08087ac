hook check(n: count)
	{
	print "a", n;
	}

hook check(n: count) &priority=5
	{
	print "b", n;
	if ( n == 2 ) break;
	}

event bro_init()
	{
	print hook check(1);
	print hook check(2);
	if ( hook check(3) ) print "passed";
	}
