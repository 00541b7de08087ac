# What the language allows and a layout does not.
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGR, $ip=10.0.0.1, $p=27761/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, ip=10.0.0.2, $p=27762/tcp, $manager="manager"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=10.0.0.3 $p=27762/tcp, $manager="manager"],
	["worker-3"] = [$node_type=Cluster::WORKER, $ip=10.0.0.4, $p=27762/tcp, $manager="manager"]
	["worker-4"] = [$node_type=WORKER, $ip=10.0.0.5, $p=27762 /TCP, $manager="manager"],
	["worker-5"] [$node_type=Cluster::WORKER, $ip=10.0.0.6, $p=27762/tcp, $manager="manager"],
	[worker-6] = [$node_type=Cluster.WORKER, $ip=10.0.7, $p=27762, $manager=manager],
	["worker-7"] = [$node_type="worker", $ip="10.0.0.8", $p="27762/tcp", $workers="worker-1"],
	["worker-8"] = [$node_type=Cluster::WORKER, $ip=10.0.0.9, $p=27762/tcp, $manager="manger"],
};
