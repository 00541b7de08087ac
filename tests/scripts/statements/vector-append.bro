event bro_init()
	{
	local v: vector of string;
	v += "a";
	v += "b";
	local r = [$list=v];
	r$list += "c";
	print v;
	}
