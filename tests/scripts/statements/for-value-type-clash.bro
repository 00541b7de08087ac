event bro_init()
	{
	for ( k, v in table(["one"] = 1) ) print k, v;
	for ( a, v in table(["two"] = T) ) print a, v;
	}
