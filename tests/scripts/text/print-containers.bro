event bro_init()
	{
	print set(1, 2);
	print table(["a"] = set("x", "y"));
	print vector(set(1), set(2, 3));
	print set();
	print table();
	print vector();
	}
