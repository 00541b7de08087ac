redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27762/tcp, $workers=set("worker-1", "worker-3")],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=27763/tcp, $manager="manager"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=27764/tcp, $manager="manger"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=10.0.0.3, $p=27764/tcp, $manager="manager", $proxy="proxy", $logger="logger-1", $time_machine="tm"],
};
