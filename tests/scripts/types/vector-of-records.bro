type R: record { a: count; b: string &default="d"; };

event bro_init()
	{
	local v: vector of R;
	v[0] = [$a=1];
	v += R($a=2, $b="x");
	print v;
	v[0]$b = "changed";
	print v[0];
	local w: vector of R = vector([$a=3], [$a=4, $b="y"]);
	print w;
	}
