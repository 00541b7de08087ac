event bro_init()
	{
	for ( k, v in table(["one"] = 1, ["two"] = 2) ) print k, v;
	for ( [a, b], c in table([1, "x"] = T, [2, "y"] = F) ) print a, b, c;
	}
