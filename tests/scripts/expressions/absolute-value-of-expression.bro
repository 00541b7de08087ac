event bro_init()
	{
	local a = 3;
	local b = -10;
	print |a + b|, |b|, |vector(1, 2)| + |"abc"|, | |b| - 3 |;
	}
