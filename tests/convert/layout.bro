#: --to node.cfg
redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["control"] = [$node_type=Cluster::CONTROL, $ip=10.0.0.1, $p=27760/tcp],
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.1, $p=27761/tcp],
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27762/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=27763/tcp, $manager="manager"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=27764/tcp, $interface="eth0", $manager="manager"],
	["time-machine"] = [$node_type=Cluster::TIME_MACHINE, $ip=10.9.9.9, $p=47757/tcp],
};
