event bro_init()
	{
	local t: table[subnet] of string = { [10.0.0.0/8] = "wide", [10.1.0.0/16] = "narrow", [[2001:db8::]/32] = "six" };
	print t[10.2.0.1], t[10.1.0.1], t[10.1.7.0/24], t[[2001:db8::5]];
	print 10.1.0.1 in t, 11.0.0.1 in t, 10.0.0.0/8 in t, 10.0.0.0/7 in t;
	delete t[10.1.0.0/16];
	print t[10.1.0.1];
	}
