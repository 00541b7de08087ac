function adder(a: count): function(b: count): function(c: count): count
	{
	return function[a](b: count): function(c: count): count
		{
		return function[a, b](c: count): count { return a * 100 + b * 10 + c; };
		};
	}

event bro_init()
	{
	local f = adder(1);
	local g = f(2);
	print g(3), f(5)(6);
	}
