function last(a: any, b: any): any { return b; }

event bro_init()
	{
	local x: any = last(1, "two");
	print x;
	}
