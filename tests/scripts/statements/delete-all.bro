event bro_init()
	{
	local t: table[string] of count = { ["x"] = 1, ["y"] = 2 };
	local u = t;
	delete t;
	print |t|, |u|;
	local s = set(1, 2);
	delete s;
	print |s|;
	local v = vector(1, 2);
	delete v;
	print |v|;
	}
