event bro_init()
	{
	local a = 9223372036854775808;
	print a, a / 2, a % 10, a > 1, a == 9223372036854775808, a * 1.0;
	}
