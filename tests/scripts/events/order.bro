global c: event();

event a() { print "a"; event c(); }
event b() { print "b"; }
event c() { print "c"; }

event bro_init()
	{
	event a();
	event b();
	}
