event bro_init()
	{
	print ("a"), (1 + 2);
	print("one argument");
	}
