event bro_init()
	{
	local t: table[count] of int;
	sort(vector(3, 1, 2), function(a: count, b: count): int { return t[a]; });
	print "after";
	}
