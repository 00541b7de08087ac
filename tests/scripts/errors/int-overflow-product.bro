event bro_init()
	{
	local most: int = 9223372036854775807;
	print most * 2;
	}
