type R: record { o: string &optional; d: count &default=3; };

event bro_init()
	{
	local s: set[string];
	add s["a"];
	local t: table[string] of count = { ["x"] = 1 };
	delete t["x"];
	local r: R = [$o="set", $d=9];
	delete r$o;
	delete r$d;
	print s, |t|, r;
	}
