event bro_init()
	{
	const c = 5;
	const d: string = "x";
	local e: count;
	local f: vector of string;
	print c, d, f;
	e = 7;
	print e;
	}
