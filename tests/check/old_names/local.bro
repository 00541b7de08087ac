redef Cluster::worker2manager_events += /seen/;

event bro_init()
	{
	print get_event_peer()$descr;
	}

event worker_came(p: event_peer)
	{
	send_id(p, "limit");
	print split("a,b", /,/);
	}
