global seen: event(host: addr, what: string);

event seen(host: addr, what: string)
	{
	Broker::publish(Cluster::manager_topic, seen, host);
	Broker::publish(Cluster::manager_topic, seen, host, what);
	local packed = Broker::make_event(seen, host, what, what);
	Broker::publish(Cluster::manager_topic, packed);
	}
