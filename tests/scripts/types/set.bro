event bro_init()
	{
	local s: set[string] = { "a", "b" };
	print s, |s|, "a" in s, "c" in s;
	add s["c"];
	add s["a"];
	print s, |s|;
	delete s["b"];
	print s;
	local e: set[count];
	print e, |e|, type_name(s), type_name(set(1, 2));
	local m: set[count, string] = { [1, "x"], [2, "y"] };
	print m, [1, "x"] in m, [1, "y"] in m;
	}
