# An error in the comparison function leaves the vector as it was.
event bro_init()
	{
	local v = vector(3, 1, 2);
	sort(v, function(a: count, b: count): int { local t: table[count] of int; return t[a]; });
	print v;
	}

event bro_init() &priority=-1
	{
	local v = vector(3, 1, 2);
	sort(v, function(a: count, b: count): bool { return a < b; });
	print v;
	print sort(vector("b", "a"));
	}
