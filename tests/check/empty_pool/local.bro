global seen: event(host: addr);

event seen(host: addr)
	{
	Cluster::publish_hrw(Cluster::proxy_pool, host, seen, host);
	Broker::publish(Cluster::rr_topic(Cluster::worker_pool, "seen"), seen, host);
	}
