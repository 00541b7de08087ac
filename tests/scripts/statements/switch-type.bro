function kind(a: any): string
	{
	switch ( a )
		{
		case type count as c:
			return fmt("count %d", c + 1);
		case type string as s:
			return "string " + s;
		case type bool, type double:
			return "bool or double";
		default:
			return "something else";
		}
	}

event bro_init()
	{
	print kind(1), kind("x"), kind(T), kind(1.5), kind(1.2.3.4);
	}
