type Inner: record {
	n: count &default=5;
	s: string &optional;
};

type Outer: record {
	inner: Inner;
	list: vector of count &optional;
	names: set[string] &optional;
	map: table[string] of Inner &optional;
};

event bro_init()
	{
	local o: Outer = [$inner=[$s="x"]];
	print o;
	o$inner = [$n=6];
	print o$inner$n, o$inner?$s;
	local p = Outer($inner=[$n=1], $list=vector(1, 2), $names=set("a"), $map=table(["k"] = Inner($n=3)));
	print p;
	}
