function f(a: count): count { return a; }

event bro_init()
	{
	f();
	f(1, 2);
	f("a");
	5(1);
	undefined_function(1);
	}
