global t: table[string] of count;
global x = t["missing"];

event bro_init()
	{
	print "init";
	}
