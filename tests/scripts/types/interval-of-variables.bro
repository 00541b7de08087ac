event bro_init()
	{
	local n = 3;
	local d = 1.5;
	print n * 1 min, d * 1 hr, 1 day / n, double_to_interval(90.0), interval_to_double(2 mins);
	print 1 min in set(60 secs);
	}
