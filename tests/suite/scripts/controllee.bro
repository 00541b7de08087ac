##! For a node that is controlled: it tells what became of a constant.

const greeting = "unset" &redef;

event bro_init() &priority=-20
	{
	print "ready", greeting;
	}

event Control::configuration_update()
	{
	print "updated", greeting;
	}

event bro_done()
	{
	print "done";
	}
