global seen: event(host: addr);
global seen_elsewhere: event(host: addr);

event seen_elsewhere(host: addr)
	{
	print host;
	}

@if ( Cluster::local_node_type() == Cluster::WORKER )
event seen(host: addr)
	{
	Broker::publish(Cluster::worker_topic, seen_elsewhere, host);
	Broker::publish(Cluster::manager_topic, seen_elsewhere, host);
	}
@endif

@if ( Cluster::local_node_type() == Cluster::MANAGER )
event seen_elsewhere(host: addr)
	{
	Broker::publish(Cluster::worker_topic, seen_elsewhere, host);
	}
@endif
