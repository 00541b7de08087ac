event bro_init()
	{
	local c = 10;
	c += 5; print c;
	c -= 3; print c;
	local d = 1.5;
	d += 1; print d;
	d -= 0.25; print d;
	local i = -1;
	i += 10; print i;
	local s = "a";
	s += "b"; print s;
	local r = [$n=1, $s="x"];
	r$n += 2;
	r$s += "y";
	print r;
	local t = table(["k"] = 1);
	t["k"] += 41;
	print t["k"];
	}
