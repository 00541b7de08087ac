type E: enum { A, B };

event bro_init()
	{
	local a: table[bool] of count = { [T] = 1, [F] = 0 };
	local b: table[double] of count = { [1.5] = 1 };
	local c: table[interval] of count = { [1 min] = 60 };
	local d: table[subnet] of count = { [10.0.0.0/8] = 8 };
	local e: table[E] of count = { [A] = 1, [B] = 2 };
	local f: table[int] of count = { [-1] = 1 };
	local g: table[set[count]] of string;
	g[set(1, 2)] = "set";
	local h: table[vector of count] of string;
	h[vector(1, 2)] = "vector";
	print a, b, c, d, e, f;
	print g, h;
	print set(2, 1) in g, vector(2, 1) in h, vector(1, 2) in h;
	}
