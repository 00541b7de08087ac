event bro_init()
	{
	local x = = 5;
	}
