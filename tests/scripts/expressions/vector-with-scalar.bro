# A vector and a scalar still mix, with a warning for each operator.
event bro_init()
	{
	local v = vector(1, 5);
	print v * 2;
	print v > 3;
	print v == 5;
	print vector(T, F) && T;
	}
