event bro_init()
	{
	local t: table[string] of count = { ["one"] = 1, ["two"] = 2 };
	print t, |t|, t["one"], "two" in t, "three" in t, "three" !in t;
	t["three"] = 3;
	t["one"] = 11;
	print t;
	delete t["two"];
	print t;
	delete t["missing"];
	print |t|, type_name(t);
	local u = table(["x"] = 1.5);
	print u, type_name(u);
	local e: table[count] of string;
	print e, |e|;
	}
