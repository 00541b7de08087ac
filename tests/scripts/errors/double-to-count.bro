event bro_init()
	{
	local d = 1e30;
	print double_to_count(d);
	print double_to_count(-1.0);
	print int_to_count(-5);
	}
