event bro_init()
	{
	local f = open("/dev/stdout");
	print f, "to the file", 1, [$a=2];
	close(f);
	}
