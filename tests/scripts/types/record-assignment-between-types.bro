type A: record { x: count; y: string &optional; };
type B: record { x: count; y: string &optional; z: bool &default=T; };

event bro_init()
	{
	local a: A = [$x=1];
	local b: B = a;
	b$x = 2;
	print a, b;
	}
