# Each mistake is reported, and what is not part of one is checked.
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27761/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip: 10.0.0.2, $p=27762/tcp, $manager="manager"],
	["worker-2"]: [$node_type=Cluster::WORKER, $ip=10.0.0.3, $p=27762/tcp, $manager="manager"],
	["worker-3"] = [$node_type=Cluster::WORKER, $ip=fe80::1, $p=27762/tcp, $manager="manager"],
	["worker-4"] = [$node_type=Cluster::WORKER, $ip=10.0.0.5, $p=27762/tcp, $manager="manager",
	["worker-5"] = [$node_type=Cluster::WORKER, $ip=10.0.0.6, $p=27762/tcp, $manager='manager'],
	["worker-6"] = [$node_type=Cluster::WORKER, $ip=10.0.0.7, $p=27762/tcp, $manager="manager];
	["worker-7"] = [$node_type=Cluster::WORKER, $ip=10.0.0.256, $p=99999/tcp, $manager="manager"],
	// an old one
	["worker-8"] = [$node_type=Cluster::WORKER, $ip=10.0.0.9, $p=27762/tcp, $manager="manger"],
};
