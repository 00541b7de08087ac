# A loop that adds to what it goes through comes to an end.
event bro_init()
	{
	local t = table([1] = "a", [2] = "b");
	for ( n, v in t )
		if ( n < 1000 )
			t[n + 1000] = v;
	print |t| >= 3;
	}
