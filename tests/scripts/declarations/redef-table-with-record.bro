type R: record { a: count; b: string &optional; };

const t: table[string] of R = { ["x"] = [$a=1] } &redef;
redef t += { ["y"] = [$a=2, $b="z"], ["x"] = [$a=9] };
redef t += table(["w"] = R($a=5));

event bro_init() { print t; }
