redef Cluster::nodes = {
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=27764/tcp],
};
