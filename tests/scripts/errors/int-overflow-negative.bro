event bro_init()
	{
	local least: int = -9223372036854775807;
	print least - 1;
	print least - 2;
	}
