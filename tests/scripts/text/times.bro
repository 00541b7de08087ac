event bro_init()
	{
	print double_to_time(0.0), double_to_time(1.5), double_to_time(1234567890.123456);
	print double_to_time(1e10);
	print vector(double_to_time(2.0));
	}
