event bro_init()
	{
	local s = "hello";
	s[0] = "J";
	print s;
	s[1:3] = "__";
	print s;
	s[3:] = "!";
	print s;
	}
