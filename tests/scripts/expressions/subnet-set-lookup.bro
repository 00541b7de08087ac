event bro_init()
	{
	local s: set[subnet] = { 10.0.0.0/8 };
	add s[192.168.0.0/16];
	delete s[10.0.0.0/8];
	print 10.1.1.1 in s, 192.168.3.4 in s, s;
	}
