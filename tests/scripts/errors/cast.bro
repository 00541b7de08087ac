event bro_init()
	{
	local a: any = "text";
	print a as string;
	print a as count;
	print "not reached";
	}
