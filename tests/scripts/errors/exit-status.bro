event bro_init()
	{
	print "before";
	exit(7);
	print "after";
	}

event bro_done()
	{
	print "not run";
	}
