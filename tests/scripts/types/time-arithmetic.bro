event bro_init()
	{
	local t = double_to_time(1000.0);
	local u = double_to_time(1500.5);
	print t, u, u - t, type_name(u - t);
	print t + 5 secs, type_name(t + 5 secs), t - 1 min, type_name(t - 1 min);
	print t < u, t == u, t != u, u >= t;
	print time_to_double(t);
	t = t + 1 hr;
	print t;
	t = t - 1 day;
	print t;
	}
