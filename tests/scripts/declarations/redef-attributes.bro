global t: table[string] of count &redef;
redef t += { ["x"] = 1 } &default=7;

event bro_init()
	{
	print t["x"], t["none"];
	}
