redef exit_only_after_terminate = T;

global n = 0;

event step()
	{
	++n;
	schedule 10 msecs { step() };
	}

event bro_init()
	{
	when ( n > 2 ) { print "two"; terminate(); }
	when ( n > 1 ) { print "one"; }
	when ( n > 0 ) { print "zero"; }
	event step();
	}
