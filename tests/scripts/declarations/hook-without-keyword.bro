hook check(s: string) { print s; }

event bro_init()
	{
	check("x");
	}
