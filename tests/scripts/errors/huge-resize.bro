event bro_init()
	{
	local v = vector(1);
	resize(v, 1000000000000);
	print |v|;
	}
