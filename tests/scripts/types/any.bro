type R: record { x: any; };

function show(a: any)
	{
	print type_name(a), a;
	}

event bro_init()
	{
	show(1);
	show("s");
	show(set(1, 2));
	show(vector("x"));
	show(1 min);
	local x: any = 5;
	print x;
	x = "now a string";
	print x;
	local r: R = [$x=10.0.0.0/8];
	print r;
	}
