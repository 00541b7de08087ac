type E: enum { ONE };

event bro_init()
	{
	print cat(1, -1, 1.5, T, "s", 1 sec, 1.2.3.4, 80/tcp, 1.0.0.0/8, ONE, /p/);
	print cat(), cat("a"), |cat("a", "b")|;
	print cat_sep(", ", "<empty>", "a", "", "b");
	}
