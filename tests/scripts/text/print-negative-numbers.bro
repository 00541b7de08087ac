event bro_init()
	{
	local i: int = -5;
	print i, -i, -0.0, -1 sec, i * 2, |i|;
	}
