event tell() &priority=-5 { print "last"; }
event tell() { print "zero a"; }
event tell() &priority=10 { print "first"; }
event tell() { print "zero b"; }
event tell() &priority=5 { print "second"; }

event bro_init()
	{
	event tell();
	}
