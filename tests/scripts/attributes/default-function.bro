global t: table[string] of string &default=function(key: string): string { return key + "!"; };
global two: table[count, count] of count &default=function(a: count, b: count): count { return a * b; };

event bro_init()
	{
	print t["x"], |t|, two[6, 7];
	}
