global found: event(what: string);

event later()
	{
	Broker::publish(Cluster::worker_topic, found, "later");
	}

event bro_init()
	{
	Broker::publish(Cluster::worker_topic, found, "lost");
	schedule 10 secs { later() };
	}
