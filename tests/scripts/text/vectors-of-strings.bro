event bro_init()
	{
	print vector("a", "", "c");
	print vector("with, comma");
	print vector(vector("a"), vector("b", "c"));
	}
