redef exit_only_after_terminate = T;

event tell(n: count)
	{
	print n;
	if ( n == 3 )
		terminate();
	}

event bro_init()
	{
	schedule 60 msecs { tell(3) };
	schedule 20 msecs { tell(1) };
	schedule 40 msecs { tell(2) };
	}
