event bro_init()
	{
	local c = 7;
	local i = -7;
	local d = 2.0;
	print c + i, type_name(c + i), c * d, type_name(c * d), i * d, type_name(i / d);
	print c / 2, i / 2, i % +4, c / d, c > i, i < d, c == 7.0;
	print 1 + 1.5, 3 - +5, 2 * 1.5 * 2;
	local x: double = 3;
	local y: int = 3;
	print x, y, type_name(x), type_name(y);
	print vector(1, 2.5, 3), vector(+1, 2);
	}
