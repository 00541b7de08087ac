global t: table[count] of count &default=function(n: count): count { return 10 / n; };

event bro_init()
	{
	print t[2];
	print t[0];
	print "goes on";
	}
