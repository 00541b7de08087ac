event bro_init()
	{
	local i = -5;
	local c: count = 1;
	c = c + i;
	print c;
	}
