redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27761/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=27762/tcp, $manager="manager"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.3, $p=27762/tcp, $manager="manager"],
};
