event bro_init()
	{
	local t: table[string] of count &default=3;
	print t["x"];
	}
