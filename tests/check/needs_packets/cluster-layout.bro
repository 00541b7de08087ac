redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27762/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=27763/tcp, $manager="manager"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.1.1, $p=27764/tcp, $manager="manager"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=10.0.1.2, $p=27764/tcp, $manager="manager"],
};
