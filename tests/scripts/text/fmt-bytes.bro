event bro_init()
	{
	print fmt("%s", "a\x00b\xff"), |fmt("%s", "a\x00b")|;
	print "raw: \x01\x7f\xe4";
	}
