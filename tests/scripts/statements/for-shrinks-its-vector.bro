event bro_init()
	{
	local v = vector("a", "b", "c");
	for ( i in v )
		{
		print i, v[i];
		resize(v, 1);
		}
	print |v|;
	}
