# An event carries the time at which it was raised; a scheduled one the time for which it was scheduled.
redef EventMetadata::add_network_timestamp = T;
redef exit_only_after_terminate = T;

global later: event(due: time);

event later(due: time)
	{
	print "scheduled for", current_event_time() == due;
	print "due by now", current_event_time() <= network_time();
	terminate();
	}

event bro_init()
	{
	print "raised", current_event_time() == network_time();

	local all = EventMetadata::current_all();
	print |all|, all[0]$id, all[0]$val as time == current_event_time();

	local times = EventMetadata::current(EventMetadata::NETWORK_TIMESTAMP);
	print |times|, times[0] as time == current_event_time();

	local due = network_time() + 10msec;
	schedule 10msec { later(due) };
	}

redef enum EventMetadata::ID += { ORIGIN = 7, HANDLER = 8 };

event bro_done()
	{
	print "a new kind", EventMetadata::register(ORIGIN, string);
	print "the same again", EventMetadata::register(ORIGIN, string);
	print "another type", EventMetadata::register(ORIGIN, count);
	print "no type that travels", EventMetadata::register(HANDLER, any);
	print "none of it here", |EventMetadata::current(ORIGIN)|;
	}
