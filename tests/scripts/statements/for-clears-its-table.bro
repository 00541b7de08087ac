event bro_init()
	{
	local t = table([1] = "a", [2] = "b", [3] = "c");
	for ( n, v in t )
		{
		print n, v;
		clear_table(t);
		}
	print |t|;
	}
