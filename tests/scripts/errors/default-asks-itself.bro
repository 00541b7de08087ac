# A default function that asks for more defaults without end is stopped, and the run goes on.
global t: table[count] of count;
redef t &default=function(n: count): count { return t[n + 1]; };

event bro_init()
	{
	print t[1];
	print "not reached";
	}

event bro_init() &priority=-1
	{
	print "goes on";
	}
