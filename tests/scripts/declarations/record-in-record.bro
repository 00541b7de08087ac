type R: record {
	inner: record { a: count; b: record { c: string; }; };
};

event bro_init()
	{
	local r: R = [$inner=[$a=1, $b=[$c="x"]]];
	print r, r$inner$b$c;
	}
