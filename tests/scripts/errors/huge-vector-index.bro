event bro_init()
	{
	local v: vector of count;
	v[18446744073709551615] = 1;
	print |v|;
	}

event bro_init()
	{
	local v: vector of count;
	v[1000000000000] = 1;
	print |v|;
	}
