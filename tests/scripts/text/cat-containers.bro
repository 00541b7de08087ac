event bro_init()
	{
	print cat(set(1, 2));
	print cat(table(["a"] = set("x", "y")));
	print fmt("%s", vector(set(1), set(2, 3)));
	print cat(set()) + "|";
	}
