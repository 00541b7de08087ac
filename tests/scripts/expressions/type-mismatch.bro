event bro_init()
	{
	print 1 + "a";
	print "a" - "b";
	print 1.2.3.4 + 1;
	print T + F;
	print 1 == "a";
	print "a" in 5;
	print ! "a";
	print -"a";
	print |print_it|;
	}
