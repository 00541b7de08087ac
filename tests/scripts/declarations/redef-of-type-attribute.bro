global t: table[string] of string;
redef t &default="d";

event bro_init()
	{
	print t["none"];
	}
