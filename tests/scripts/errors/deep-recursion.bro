function down(n: count): count
	{
	return n == 0 ? 0 : 1 + down(n - 1);
	}

function endless(n: count): count
	{
	return 1 + endless(n + 1);
	}

event bro_init()
	{
	print down(5000);
	print endless(0);
	print "not reached";
	}

event bro_init()
	{
	print "goes on";
	}
