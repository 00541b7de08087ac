global n = 0;

function next_number(): count { ++n; return n; }

type R: record { a: count &default=next_number(); };

event bro_init()
	{
	local r: R;
	local s: R;
	local t = R($a=10);
	print r$a, s$a, t$a;
	}
