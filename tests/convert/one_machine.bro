#: --to zeek.conf
redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=5000/tcp, $metrics_port=9991/tcp],
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=127.0.0.1, $p=5001/tcp, $metrics_port=9992/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=127.0.0.1, $p=5002/tcp, $manager="manager", $metrics_port=9993/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $manager="manager", $metrics_port=9994/tcp, $interface="netmap::0"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=5003/tcp, $manager="manager", $metrics_port=9996/tcp, $interface="netmap::1"],
};
