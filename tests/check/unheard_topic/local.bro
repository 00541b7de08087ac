global found: event(what: string);

event found(what: string)
	{
	local boss = Cluster::node_topic("manger");
	Broker::publish(boss, found, what);
	Broker::publish(Cluster::node_topic("worker-2"), found, what);
	Broker::publish("site/alarms", found, what);
	Broker::publish("site/news/today", found, what);
	Broker::publish(Cluster::logger_topic, found, what);
	Broker::publish(Cluster::worker_topic, found, what);
	Broker::publish(what, found, what);
	}

event bro_init()
	{
	Broker::subscribe("site/news");
	}
