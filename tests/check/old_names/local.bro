redef Cluster::worker2manager_events += /seen/;

event bro_init()
	{
	print get_event_peer()$descr;
	}
