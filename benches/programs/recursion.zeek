# Calls: a function of two arguments that calls itself three times.
function takeuchi(x: int, y: int, z: int): int
	{
	if ( y >= x )
		return z;

	return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y));
	}

event zeek_init()
	{
	print takeuchi(24, 16, 8);
	}
