# A node takes the fields of every release: those of 2.6 come first, the others follow.
@load base/frameworks/cluster

redef Cluster::nodes = {
	# Bro 2.0
	["a"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=47761/tcp, $proxy="b", $workers=set("c")],
	# Bro 2.5
	["b"] = [$node_type=Cluster::PROXY, $ip=[fe80::1], $zone_id="eth0", $p=47762/tcp, $logger="d", $manager="a"],
	# Bro 2.6
	["c"] = [$node_type=Cluster::WORKER, $ip=10.0.0.2, $p=47763/tcp, $interface="eth0", $manager="a", $time_machine="e"],
	# Zeek 8
	["d"] = [$node_type=Cluster::LOGGER, $ip=10.0.0.3, $metrics_port=9991/tcp],
};

event bro_init()
	{
	for ( name in Cluster::nodes )
		print name, Cluster::nodes[name];
	}
