# Exclusive pools take their nodes first; the others share the rest in turn, in the order of their topics.
@load base/frameworks/cluster

redef Log::enable_local_logging = F;
redef Cluster::node = "m";
redef Cluster::nodes = {
	["m"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.9],
	["p5"] = [$node_type=Cluster::PROXY, $ip=10.0.0.5],
	["p4"] = [$node_type=Cluster::PROXY, $ip=10.0.0.4],
	["p3"] = [$node_type=Cluster::PROXY, $ip=10.0.0.3],
	["p2"] = [$node_type=Cluster::PROXY, $ip=10.0.0.2],
	["p1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1],
};

global mine: vector of Cluster::Pool;

event bro_init()
	{
	mine += Cluster::register_pool([$topic="z/exclusive", $max_nodes=2, $exclusive=T]);
	mine += Cluster::register_pool([$topic="b/two", $max_nodes=2]);
	mine += Cluster::register_pool([$topic="a/two", $max_nodes=2]);
	mine += Cluster::register_pool([$topic="c/many", $max_nodes=9]);
	}

event bro_init() &priority=-20
	{
	for ( i in mine )
		{
		local names = "";

		for ( j in mine[i]$node_list )
			names += " " + mine[i]$node_list[j]$name;

		print mine[i]$spec$topic + ":" + names;
		}

	print |Cluster::proxy_pool$nodes|, |Cluster::worker_pool$nodes|;
	terminate();
	}
