event bro_init()
	{
	local t = table(["a"] = vector(table([1] = "deep")));
	print t["a"][0][1];
	t["a"][0][1] = "changed";
	t["a"][0][2] = "added";
	print t;
	}
