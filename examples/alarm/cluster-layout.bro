##! A manager that also logs, and two workers.

redef Cluster::nodes = {
	["manager"]  = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=27781/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27782/tcp, $manager="manager"],
	["worker-2"] = [$node_type=Cluster::WORKER,  $ip=127.0.0.1, $p=27783/tcp, $manager="manager"],
};
