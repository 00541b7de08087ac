event bro_init()
	{
	print any_set(vector(1, 2) == vector(1, 3)), all_set(vector(1, 2) == vector(1, 3));
	}
