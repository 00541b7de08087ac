# Bodies of a group, or of a module, can be turned off and on again, in their old order.
global happens: hook();

hook happens() &group="loud"
	{
	print "first";
	}

hook happens()
	{
	print "second";
	}

hook happens() &group="loud" &group="late"
	{
	print "third";
	}

event bro_init()
	{
	print has_event_group("loud"), has_event_group("none"), has_module_events("Other"), disable_event_group("none");
	hook happens();
	disable_event_group("loud");
	disable_event_group("late");
	print "-- without loud and late";
	hook happens();
	enable_event_group("loud");
	print "-- without late";
	hook happens();
	enable_event_group("late");
	print "-- all but those of another module";
	disable_module_events("Other");
	hook happens();
	enable_module_events("Other");
	print "-- all";
	hook happens();
	}

module Other;

hook GLOBAL::happens()
	{
	print "fourth";
	}
