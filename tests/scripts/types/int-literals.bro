event bro_init()
	{
	local a: int = 5;
	local b = +5;
	local c = -5;
	print a, b, c, type_name(a), type_name(b), type_name(c), type_name(5);
	local least: int = -9223372036854775807;
	print least, least - 1;
	local most: int = 9223372036854775807;
	print most;
	print -0x10;
	}
