event bro_init()
	{
	local t: table[addr, port] of count;
	print t[1.2.3.4, 80/tcp];
	}
