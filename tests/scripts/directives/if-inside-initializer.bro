global t: table[string] of count = {
	["a"] = 1,
@ifdef ( bro_init )
	["b"] = 2,
@endif
@ifdef ( nowhere )
	["c"] = 3,
@endif
};

type R: record {
	x: count;
@if ( T )
	y: count;
@endif
};

event bro_init() { print t, R($x=1, $y=2); }
