type R: record { a: count; b: string &default="b"; };

global t: table[string] of R = {
	["x"] = [$a=1],
	["y"] = R($a=2, $b="c"),
};

event bro_init() { print t; }
