event bro_done() &priority=1
	{
	local t: table[count] of count;
	print t[1] + 1;
	print "next statement";
	}

event bro_done()
	{
	print "next handler";
	}
