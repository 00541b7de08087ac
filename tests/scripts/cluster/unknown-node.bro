# A name that the layout does not have is no node: the process reports it and ends.
@load base/frameworks/cluster

redef Cluster::node = "nobody";
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.9, $p=1009/tcp],
};
redef Log::enable_local_logging = F;
redef exit_only_after_terminate = T;

event bro_init() &priority=10
	{
	print Cluster::is_enabled(), Cluster::local_node_type();
	}

event bro_done()
	{
	print "done";
	}
