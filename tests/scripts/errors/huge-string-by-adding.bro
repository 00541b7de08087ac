# A string that a script makes ends at 256 MB.
event bro_init()
	{
	local s = "x";
	local length = 1;
	while ( T )
		{
		s += s;
		length = |s|;
		if ( length == 268435456 )
			print "as long as can be";
		}
	}
