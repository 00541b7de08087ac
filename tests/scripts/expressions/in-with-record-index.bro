type K: record { a: count; b: string; };

event bro_init()
	{
	local s: set[K] = { [$a=1, $b="x"] };
	print [$a=1, $b="x"] in s, K($a=1, $b="y") in s;
	}
