event bro_init()
	{
	local a = 1;
	local a = 2;
	}
