type A: record { x: count; };
type B: record { y: count; };

event bro_init()
	{
	local a: any = A($x=1);
	print a is A, a is B, (a as A)$x;
	}
