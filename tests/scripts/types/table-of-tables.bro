event bro_init()
	{
	local t: table[string] of table[count] of string;
	t["a"] = table();
	t["a"][1] = "x";
	t["b"] = table([2] = "y");
	print t;
	print t["a"][1], 2 in t["b"], |t["a"]|;
	t["a"][1] += "z";
	print t["a"];
	}
