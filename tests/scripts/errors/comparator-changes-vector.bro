# A comparator may change what is being sorted; sorting ends, and what it sorted is there.
event bro_init()
	{
	local v = vector(3, 1, 2);
	sort(v, function(a: count, b: count): int
		{
		v[|v|] = 9;
		return a < b ? -1 : 1;
		});
	print v[0], v[1], v[2], |v| >= 3;
	}
