event bro_init()
	{
	local most: int = 9223372036854775807;
	print most + 1;
	print -most - 2;
	print most * 2;
	}
