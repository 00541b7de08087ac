function make(): set[count] { print "made once"; return set(1, 2); }

event bro_init()
	{
	for ( i in make() ) print i;
	}
