event bro_init()
	{
	local a = set(1, 2, 3, 4);
	local b = set(3, 4, 5);
	print a | b;
	print a & b;
	print a - b;
	print a == b, a == set(4, 3, 2, 1), a != b;
	print set(1, 2) < a, set(1, 2) <= a, a < a, a <= a, a > b, a >= set(1);
	print a;
	}
