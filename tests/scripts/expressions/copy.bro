type R: record { n: count; v: vector of count; };

event bro_init()
	{
	local a: R = [$n=1, $v=vector(1, 2)];
	local b = copy(a);
	b$n = 2;
	b$v[0] = 99;
	print a, b;
	local t = table(["x"] = vector(1));
	local u = copy(t);
	u["x"][0] = 5;
	print t, u;
	}
