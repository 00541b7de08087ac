function f() { }

event bro_init()
	{
	print vector(f), [$f=f], table(["f"] = f);
	}
