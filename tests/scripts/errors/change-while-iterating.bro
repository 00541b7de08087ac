event bro_init()
	{
	local t = table([1] = "a", [2] = "b", [3] = "c");
	for ( k in t )
		{
		print k;
		delete t[k];
		}
	print |t|;
	}
