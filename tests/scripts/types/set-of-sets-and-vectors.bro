event bro_init()
	{
	local s: set[set[count]];
	add s[set(1, 2)];
	add s[set(2, 1)];
	print |s|;
	local v: set[vector of string];
	add v[vector("a", "b")];
	print vector("a", "b") in v, vector("b", "a") in v;
	}
