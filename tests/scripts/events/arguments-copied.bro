type R: record { n: count; };

event tell(r: R) { print r$n; }

event bro_init()
	{
	local r: R = [$n=1];
	event tell(r);
	r$n = 2;
	}
