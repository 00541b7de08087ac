# A layout made by a script, with a record for each node, and walked by type.
@load base/frameworks/cluster

event zeek_init()
	{
	local nodes: table[string] of Cluster::Node;
	nodes["manager"] = Cluster::Node($node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=47761/tcp);
	local i = 0;

	while ( i < 100000 )
		{
		nodes[fmt("worker-%d", i)] = Cluster::Node($node_type=Cluster::WORKER, $ip=10.0.0.2,
		    $p=count_to_port(1024 + i % 60000, tcp), $manager="manager", $interface=cat("eth", i % 8));
		++i;
		}

	local workers = 0;
	local topics: set[string];

	for ( name in nodes )
		{
		if ( nodes[name]$node_type == Cluster::WORKER )
			++workers;

		add topics[Cluster::node_topic(name)];
		}

	print |nodes|, workers, |topics|;
	}
