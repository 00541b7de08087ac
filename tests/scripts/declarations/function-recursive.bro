function factorial(n: count): count
	{
	return n == 0 ? 1 : n * factorial(n - 1);
	}

event bro_init()
	{
	print factorial(5), factorial(20);
	}
