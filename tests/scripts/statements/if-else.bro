function size(n: count): string
	{
	if ( n == 0 )
		return "none";
	else if ( n < 10 )
		return "few";
	else
		{
		local s = "many";
		return s;
		}
	}

event bro_init()
	{
	print size(0), size(5), size(50);
	if ( T ) if ( F ) print "wrong"; else print "inner else";
	if ( F ) ;
	}
