event bro_init()
	{
	local c = 1;
	print ++c, c, --c, c;
	local i = -1;
	print ++i, ++i, --i, --i, i;
	++c;
	print c;
	local r = [$n=5];
	++r$n;
	local t = table(["a"] = 1);
	++t["a"];
	local v = vector(1, 2);
	--v[1];
	print r, t, v;
	}
