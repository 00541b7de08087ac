event bro_init()
	{
	print fmt("%D", double_to_time(0.0)), fmt("%T", double_to_time(1.5));
	print fmt("%s", double_to_time(1234567890.123456));
	print fmt("%d", double_to_time(1.5)) == "", 1;
	}
