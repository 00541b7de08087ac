event bro_init()
	{
	local f = open("/dev/null");
	print type_name(f), f;
	print f, "goes there";
	print active_file(f);
	close(f);
	print active_file(f);
	}
