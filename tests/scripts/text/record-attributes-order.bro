type R: record { b: count; a: count; };
redef record R += { c: count &default=3; };

event bro_init()
	{
	print R($a=1, $b=2);
	print [$z=1, $y=2];
	}
