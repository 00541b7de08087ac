event bro_init()
	{
	local s: set[string];
	delete s["nothing"];
	local t: table[count] of count;
	delete t[5];
	print "fine";
	}
