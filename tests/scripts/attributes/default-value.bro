global t: table[string] of count &default=7;

event bro_init()
	{
	print t["x"], "x" in t, |t|;
	t["x"] += 1;
	print t["x"], |t|;
	}
