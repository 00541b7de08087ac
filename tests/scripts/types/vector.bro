event bro_init()
	{
	local v: vector of string = vector("a", "b");
	print v, |v|, v[0], v[1];
	v[2] = "c";
	v += "d";
	v[|v|] = "e";
	print v, |v|;
	local e: vector of count;
	print e, |e|, type_name(v);
	local w = vector(1, 2, 3);
	local x = w;
	x[0] = 10;
	print w;
	}
