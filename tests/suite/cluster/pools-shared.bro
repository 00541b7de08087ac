# Exclusive and limited pools share out the nodes, alike everywhere.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-PORT: PORT5
# @TEST-EXEC: for node in manager proxy-1 proxy-2 proxy-3 worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for node in manager proxy-1 proxy-2 proxy-3 worker-1; do sed "s/^/$node: /" $node/.stdout; done >output
# @TEST-EXEC: btest-diff output

# @TEST-START-FILE cluster-layout.bro
redef Cluster::manager_is_logger = T;
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=to_port(getenv("PORT1"))],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=127.0.0.1, $p=to_port(getenv("PORT2")), $manager="manager"],
	["proxy-2"] = [$node_type=Cluster::PROXY, $ip=127.0.0.1, $p=to_port(getenv("PORT3")), $manager="manager"],
	["proxy-3"] = [$node_type=Cluster::PROXY, $ip=127.0.0.1, $p=to_port(getenv("PORT4")), $manager="manager"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=to_port(getenv("PORT5")), $manager="manager"],
};
# @TEST-END-FILE

@load together

global take: event(how: string, key: string);
global mine: Cluster::Pool;
global small: Cluster::Pool;

function members(pool: Cluster::Pool): string
	{
	local names = "";

	for ( i in pool$node_list )
		names += " " + pool$node_list[i]$name;

	return names;
	}

event take(how: string, key: string)
	{
	print fmt("took %s by %s", key, how);

	# What the worker sends to the topic of a pool comes behind what it sends by hash.
	if ( how != "mine" )
		Together::done();
	}

event bro_init() &priority=5
	{
	# In another order on each node, which must not matter.
	if ( Cluster::node == "worker-1" )
		small = Cluster::register_pool(Cluster::PoolSpec($topic="bro/pool/small", $max_nodes=1));

	mine = Cluster::register_pool(Cluster::PoolSpec($topic="bro/pool/mine", $max_nodes=1, $exclusive=T));

	if ( Cluster::node != "worker-1" )
		small = Cluster::register_pool(Cluster::PoolSpec($topic="bro/pool/small", $max_nodes=1));
	}

event bro_init() &priority=-20
	{
	print fmt("mine%s, small%s, all%s", members(mine), members(small), members(Cluster::proxy_pool));

	if ( Cluster::node == "manager" || Cluster::node == "proxy-3" )
		Together::done();
	}

event Cluster::node_up(name: string, id: string) &priority=-10
	{
	if ( Cluster::node != "worker-1" || name == "manager" || mine$alive_count + Cluster::proxy_pool$alive_count < 3 )
		return;

	Cluster::publish_hrw(mine, "x", take, "mine", "x");
	Cluster::publish_rr(small, "turns", take, "small", "x");
	Broker::publish("bro/pool/mine", take, "topic", "mine");
	Together::done();
	}
