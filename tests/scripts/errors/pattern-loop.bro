event bro_init()
	{
	local s = "a";
	while ( |s| < 4000 )
		s += s;
	print /(a*)*b/ in s, /(a|aa)+$/ == s;
	}
