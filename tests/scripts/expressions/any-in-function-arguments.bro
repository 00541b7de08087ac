function f(a: any, b: any): string { return fmt("%s/%s", a, b); }

event bro_init()
	{
	print f(1, "x"), f(set(2), [$a=1]), cat(1, "a", 2.5, T);
	}
