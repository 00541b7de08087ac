global unhandled: event(n: count);

event bro_init()
	{
	event unhandled(1);
	print "fine";
	}
