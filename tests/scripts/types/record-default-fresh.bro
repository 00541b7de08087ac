type R: record {
	s: set[count] &default=set();
	v: vector of string &default=vector();
	t: table[string] of count &default=table();
};

event bro_init()
	{
	local a: R;
	local b: R;
	add a$s[1];
	a$v[0] = "x";
	a$t["k"] = 1;
	print a;
	print b;
	local c: R = [];
	print c;
	}
