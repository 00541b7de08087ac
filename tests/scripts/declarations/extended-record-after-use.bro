type R: record { a: count; };

global r: R = [$a=1];

redef record R += { b: count &default=2; };

event bro_init()
	{
	print r, r$b;
	}
