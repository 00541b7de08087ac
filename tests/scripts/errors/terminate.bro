event bro_init()
	{
	print terminate();
	print "still here";
	}

event bro_done()
	{
	print "done";
	}
