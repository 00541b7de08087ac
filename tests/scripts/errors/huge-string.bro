event bro_init()
	{
	print |string_fill(1000000000000, "x")|;
	}
