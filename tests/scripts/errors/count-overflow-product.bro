event bro_init()
	{
	local most = 18446744073709551615;
	print most * 2;
	}
