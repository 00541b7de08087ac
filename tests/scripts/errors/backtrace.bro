function inner(t: table[string] of count): count
	{
	return t["missing"];
	}

function outer(n: count): count
	{
	local t: table[string] of count;
	return n + inner(t);
	}

event bro_init()
	{
	print outer(2);
	print "goes on";
	}
