global a = 5;

type R: record { a: count; };

event bro_init()
	{
	local r = R($a=a);
	r$a += a;
	print r;
	}
