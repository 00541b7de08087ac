type Info: record {
	a: count;
};

redef record Info += {
	b: string &optional;
	c: count &default=42;
};

event bro_init()
	{
	print Info($a=1);
	local i: Info = [$a=2, $b="y"];
	print i, i$c;
	}
