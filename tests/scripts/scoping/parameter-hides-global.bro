global x = 1;

function f(x: string) { print x; }

event bro_init()
	{
	f("parameter");
	print x;
	}
