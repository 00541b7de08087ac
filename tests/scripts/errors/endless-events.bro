redef exit_only_after_terminate = T;

global n = 0;

event again()
	{
	if ( ++n < 10000 )
		event again();
	else
		terminate();
	}

event bro_init()
	{
	event again();
	}

event bro_done()
	{
	print n;
	}
