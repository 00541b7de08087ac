redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=127.0.0.1, $p=to_port(getenv("PORT1"))],
	["logger-2"] = [$node_type=Cluster::LOGGER, $ip=127.0.0.1, $p=to_port(getenv("PORT2"))],
	["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=to_port(getenv("PORT3")),
	     $time_machine="recorder"],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=127.0.0.1, $p=to_port(getenv("PORT4")),
	     $manager="manager", $time_machine="recorder"],
	["proxy-2"] = [$node_type=Cluster::PROXY, $ip=127.0.0.1, $p=to_port(getenv("PORT5")),
	     $manager="manager", $time_machine="recorder"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=to_port(getenv("PORT6")),
	     $manager="manager", $time_machine="recorder"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=to_port(getenv("PORT7")),
	     $manager="manager", $time_machine="recorder"],
	["recorder"] = [$node_type=Cluster::TIME_MACHINE, $ip=127.0.0.1, $p=to_port(getenv("PORT8"))],
};
