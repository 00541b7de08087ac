event same() { print "event"; }
hook other() { print "hook"; }

event bro_init()
	{
	event same();
	hook other();
	}
