event bro_init()
	{
	for ( _, v in table(["one"] = 1, ["two"] = 2) ) print v;
	for ( [a, _] in set([1, "x"], [2, "y"]) ) print a;
	for ( _ in vector(1, 2) ) print "round";
	}
