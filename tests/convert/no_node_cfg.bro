#: --to node.cfg
redef Cluster::nodes = {
	["m"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=1234/tcp],
	["DEFAULT"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=1235/tcp, $manager="m"],
	["M"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=1236/tcp, $manager="m"],
};
