type R: record { n: count; };

function change(r: R) { r$n = 99; }

event bro_init()
	{
	local a: R = [$n=1];
	local b = a;
	b$n = 2;
	print a$n;
	change(a);
	print b$n;
	local c = copy(a);
	c$n = 3;
	print a$n, c$n;
	}
