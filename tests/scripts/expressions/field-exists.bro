type Inner: record { v: count &optional; };
type R: record { a: count; b: string &optional; c: Inner &optional; d: count &default=1; };

event bro_init()
	{
	local r: R = [$a=1];
	print r?$a, r?$b, r?$c, r?$d;
	r$c = [];
	print r?$c, r$c?$v;
	r$c$v = 1;
	r$b = "";
	print r$c?$v, r?$b;
	delete r$b;
	print r?$b;
	}
