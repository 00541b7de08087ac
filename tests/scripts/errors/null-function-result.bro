function nothing(): string
	{
	if ( F )
		return "x";
	}

event bro_init()
	{
	local s = nothing();
	print s;
	print "end";
	}
