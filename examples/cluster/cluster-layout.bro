##! A cluster on one host: a logger, a manager, two proxies and four workers.
##!
##! Every node loads this file and finds itself in the table by its name, CLUSTER_NODE.

redef Cluster::manager_is_logger = F;

redef Cluster::nodes = {
	["logger-1"]  = [$node_type=Cluster::LOGGER,  $ip=127.0.0.1, $p=27761/tcp],
	["manager"]   = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=27762/tcp],
	["proxy-1"]   = [$node_type=Cluster::PROXY,   $ip=127.0.0.1, $p=27763/tcp, $manager="manager"],
	["proxy-2"]   = [$node_type=Cluster::PROXY,   $ip=127.0.0.1, $p=27764/tcp, $manager="manager"],
	["worker-1"]  = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27765/tcp, $manager="manager", $interface="eth0"],
	["worker-2"]  = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27766/tcp, $manager="manager", $interface="eth1"],
	["worker-3"]  = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27767/tcp, $manager="manager", $interface="eth2"],
	["worker-4"]  = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27768/tcp, $manager="manager", $interface="eth3"],
};
