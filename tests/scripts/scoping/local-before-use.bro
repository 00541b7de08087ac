event bro_init()
	{
	print later;
	local later = 1;
	}
