##! A small cluster on one host: a logger, a manager, two proxies and two workers.

redef Cluster::manager_is_logger = F;

redef Cluster::nodes = {
	["logger-1"] = [$node_type=Cluster::LOGGER,  $ip=127.0.0.1, $p=27771/tcp],
	["manager"]  = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=27772/tcp],
	["proxy-1"]  = [$node_type=Cluster::PROXY,   $ip=127.0.0.1, $p=27773/tcp, $manager="manager"],
	["proxy-2"]  = [$node_type=Cluster::PROXY,   $ip=127.0.0.1, $p=27774/tcp, $manager="manager"],
	["worker-1"] = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27775/tcp, $manager="manager"],
	["worker-2"] = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27776/tcp, $manager="manager"],
};
