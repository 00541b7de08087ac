type R: record {
	a: count &optional;
	s: string;
	v: vector of count;
	t: table[count] of string;
	r: record { x: count &optional; };
	e: set[addr];
	b: bool;
	i: interval;
};

event bro_init()
	{
	local r: R;
	print r;
	}
