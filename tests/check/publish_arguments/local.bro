global seen: event(host: addr, what: string);

event seen(host: addr, what: string)
	{
	Broker::publish(Cluster::manager_topic, seen, host);
	Broker::publish(Cluster::manager_topic, seen, host, what);
	local packed = Broker::make_event(seen, host, what, what);
	Broker::publish(Cluster::manager_topic, packed);
	}

type Sighting: record {
	host: addr;
	where: string &optional;
};
global scored: event(host: addr, score: double, change: int, p: port);
global sighted: event(s: Sighting, hosts: set[addr]);

event seen(host: addr, what: string)
	{
	Broker::publish(Cluster::manager_topic, scored, host, 1.5, -2, 80/tcp);
	Broker::publish(Cluster::manager_topic, scored, what, 1, |what|, 80);
	Broker::publish(Cluster::manager_topic, sighted, [$host=host], set());
	Broker::publish(Cluster::manager_topic, sighted, Sighting($host=host), vector(host));
	}
