type R: record { a: count &default=1 &deprecated; b: count &default=2; };

event bro_init()
	{
	local r: R;
	print r$a, r$b;
	}
