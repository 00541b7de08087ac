# Several loggers, which take turns.
redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.1, $p=47760/tcp, $manager="manager"],
	["logger-2"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.2, $p=47760/tcp, $manager="manager"],
	["logger-3"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.3, $p=47760/tcp, $manager="manager"],
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.4, $p=47761/tcp, $logger="logger-1"],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.5, $p=47760/tcp, $manager="manager", $logger="logger-1"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.6, $p=47760/tcp, $manager="manager", $logger="logger-1"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=10.0.0.7, $p=47760/tcp, $manager="manager", $logger="logger-2"],
};
