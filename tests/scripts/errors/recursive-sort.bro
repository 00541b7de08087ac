function compare(a: count, b: count): int
	{
	local v = vector(1, 2);
	sort(v, compare);
	return 0;
	}

event bro_init()
	{
	local v = vector(3, 1, 2);
	sort(v, compare);
	print "not reached";
	}

event bro_init() { print "goes on"; }
