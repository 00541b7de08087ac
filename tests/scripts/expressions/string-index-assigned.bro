event bro_init()
	{
	local s = "hello";
	s[0] = "J";
	}
