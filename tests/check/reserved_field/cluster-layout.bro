redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $port=27762/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=27764/tcp, $manager="manager"],
};
