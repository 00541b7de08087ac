redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=27763/tcp, $manager="manager"],
};
