#: --to node.cfg
# One that BroControl would not make.
redef Cluster::manager_is_logger = T;
redef Cluster::nodes = {
	["m"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=1234/tcp, $time_machine="t"],
	["l"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.1, $p=1300/tcp],
	["p"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=1400/tcp, $manager="m"],
	["w"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=1500/tcp, $manager="p"],
	["t"] = [$node_type=Cluster::TIME_MACHINE, $ip=10.9.9.9, $p=47757/tcp],
	["n"] = [$node_type=Cluster::NONE, $ip=10.0.0.2],
};
