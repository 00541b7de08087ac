event bro_init()
	{
	local v: vector of any = { 1, "a", set(1.5), [$x=1] };
	print v;
	}
