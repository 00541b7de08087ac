event bro_init()
	{
	for ( i in vector("a", "b") ) print i;
	for ( s in set("x", "y") ) print s;
	for ( k in table(["one"] = 1, ["two"] = 2) ) print k;
	for ( c in "hey" ) print c;
	for ( [a, b] in set([1, "p"], [2, "q"]) ) print a, b;
	}
