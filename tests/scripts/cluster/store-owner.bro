# Who owns a store: the node that its entry names, else the default, else the first manager by name.
@load base/frameworks/cluster

redef Log::enable_local_logging = F;
redef Cluster::node = "p1";
redef Cluster::nodes = {
	["m2"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.9],
	["m1"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.8],
	["p1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1],
};
redef Cluster::stores += { ["mine"] = [$master_node="p1"] };

event bro_init()
	{
	for ( name in vector("mine", "usual") )
		{
		local info = Cluster::create_store(vector("mine", "usual")[name]);
		print info$name, info$master_node, info$master, info?$store, Broker::store_name(info$store);
		print Cluster::stores[info$name]$master;
		}

	terminate();
	}
