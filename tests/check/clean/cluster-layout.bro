redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=37762/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=37763/tcp, $manager="manager"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.1.1, $p=37764/tcp, $manager="manager"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=10.0.1.2, $p=37764/tcp, $manager="manager"],
};
