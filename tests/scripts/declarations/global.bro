global a: count;
global b = 5;
global c: string = "text";
global d: table[string] of count = { ["x"] = 1 } &default=0;
global e: set[addr] = { 1.1.1.1 };
global f: vector of string;

event bro_init()
	{
	print b, c, d["x"], d["missing"], e, f;
	a = 3;
	print a;
	}
