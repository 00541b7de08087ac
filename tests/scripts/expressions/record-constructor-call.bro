type R: record { a: count; b: string &default="b"; };
type T1: table[string] of R;
type S1: set[count];
type V1: vector of R;

event bro_init()
	{
	print R($a=1), R($b="x", $a=2);
	print T1(["k"] = R($a=3));
	print S1(1, 2), V1(R($a=4), [$a=5]);
	print |T1()|, |S1()|, |V1()|;
	}
