event bro_init()
	{
	print 1 == +1, 1 < 1.5, -1 < 1, -1 < 0, 2 == 2.0, +3 >= 2.9;
	local big = 18446744073709551615;
	print big > 1, big == big;
	}
