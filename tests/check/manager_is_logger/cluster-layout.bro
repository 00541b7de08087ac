redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27762/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=27763/tcp, $manager="manager"],
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.1, $p=27761/tcp],
};
