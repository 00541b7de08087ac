global f: file &raw_output;

event bro_init()
	{
	print "a\x01b";
	f = open("/dev/stdout");
	enable_raw_output(f);
	print f, "raw", 1;
	close(f);
	}
