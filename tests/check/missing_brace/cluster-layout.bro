redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=27762/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=27763/tcp, $manager="manager"],

redef Cluster::manager_is_logger = T;

event bro_init()
	{
	print Cluster::nodse;
	}
