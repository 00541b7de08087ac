function kind(a: any): string
	{
	if ( a is count )
		return fmt("count %d", a as count);
	if ( a is string )
		return "string " + (a as string);
	if ( a is set[string] )
		return fmt("set of %d", |(a as set[string])|);
	return "other";
	}

event bro_init()
	{
	print kind(7), kind("x"), kind(set("a", "b")), kind(1.5);
	}
