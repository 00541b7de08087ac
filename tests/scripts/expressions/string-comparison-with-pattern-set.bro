event bro_init()
	{
	print "a" < "b" && "b" < "c", ("a" < "b") == T;
	}
