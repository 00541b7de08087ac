event bro_init()
	{
	local a = vector(1, 2, 3);
	local b = vector(10, 20, 30);
	print a + b, b - a, a * b, b / a, b % a;
	print a == b, a < b, vector(1, 5, 3) == a;
	print vector(T, F) && vector(T, T), vector(T, F) || vector(F, F);
	print a + 1, b * 2;
	print -vector(+1, -2), !vector(T, F);
	++a;
	print a;
	}
