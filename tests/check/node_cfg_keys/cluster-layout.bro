redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $host=10.0.0.1, $p=27762/tcp],
	["proxy-1"] = [$node_type=Cluster::Proxy, $ip=10.0.0.1, $p=27763/tcp, $manager="manager"],
	["worker-1"] = [$node_type=Cluster::Worker, $ip=10.0.0.2, $p=27764/tcp, $manager="manager", $lb_procs=4],
};
