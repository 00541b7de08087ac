event bro_init()
	{
	local a: count = "text";
	local b = 1;
	b = "text";
	local c: string;
	c = 5;
	local d: set[count] = set("x");
	local e: vector of count = vector("x");
	local f: addr = "1.2.3.4";
	}
