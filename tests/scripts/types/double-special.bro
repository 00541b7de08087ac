event bro_init()
	{
	local big = 1e308;
	print big * 10, -big * 10;
	local nan = big * 10 - big * 10;
	print nan == nan, nan < 1.0, nan > 1.0;
	print 0.0 == -0.0, 0.0, -0.0;
	}
