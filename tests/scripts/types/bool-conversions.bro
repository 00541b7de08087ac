event bro_init()
	{
	print T == T, |T|, fmt("%d", T), to_count("1") == 1;
	local t: table[bool] of string = { [T] = "yes", [F] = "no" };
	print t[1 < 2], t[1 > 2];
	}
