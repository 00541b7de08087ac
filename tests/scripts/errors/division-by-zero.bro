function divide(a: count, b: count): count { return a / b; }

event bro_init()
	{
	print divide(6, 3);
	print divide(1, 0);
	print "goes on";
	}

event bro_init()
	{
	local d = 0.0;
	print 1.0 / d;
	}

event bro_init()
	{
	local z = 0;
	print 5 % z;
	}

event bro_init()
	{
	local z = +0;
	print -5 / z;
	}

event bro_init()
	{
	print "other handlers run";
	}
