global check: hook(s: string);

event bro_init()
	{
	print hook check("x");
	}
