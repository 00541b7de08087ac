event bro_init()
	{
	local x = 1;
	local v = vector(1);
	local f = function[x](n: count): count { return x + n; };
	x = 100;
	print f(5);
	local g = function[v]() { v += 2; };
	g();
	print v;
	local h = function[copy v]() { v += 3; print v; };
	h();
	h();
	print v;
	}
