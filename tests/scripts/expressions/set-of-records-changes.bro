type R: record { n: count; };

event bro_init()
	{
	local r = R($n=1);
	local s: set[R] = { r };
	r$n = 2;
	print r in s, R($n=1) in s;
	}
