# A vector that goes by the name of a vector of any still takes nothing but its own elements. Bro stops there.
function fill(v: vector of any)
	{
	v[0] = "text";
	v[1] = 3;
	print "never";
	}

event bro_init()
	{
	local v: vector of string;
	fill(v);
	print v;
	}
