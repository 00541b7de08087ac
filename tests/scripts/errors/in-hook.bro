hook h(n: count)
	{
	local t: table[count] of count;
	print t[n];
	}

hook h(n: count) &priority=-1
	{
	print "second body";
	}

event bro_init()
	{
	print hook h(1);
	print "after";
	}
