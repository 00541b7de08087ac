event bro_init()
	{
	local a: any = 5;
	print a is count, a is string;
	print a as string;
	print "not reached";
	}
