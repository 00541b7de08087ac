# A pool's members live and die with their nodes; keys and rotations choose among the living.
@load base/frameworks/cluster

redef Log::enable_local_logging = F;
redef Cluster::node = "manager";
redef Cluster::nodes = {
	["proxy-2"] = [$node_type=Cluster::PROXY, $ip=10.0.0.2, $p=1002/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=1001/tcp],
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.9, $p=1009/tcp],
	["proxy-3"] = [$node_type=Cluster::PROXY, $ip=10.0.0.3, $p=1003/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.4, $p=1004/tcp],
};

global steps: vector of function();
global at = 0;

function show(when_shown: string)
	{
	print when_shown, Cluster::proxy_pool$alive_count;

	for ( key in set("a", "b", "c", "d") )
		print fmt("  %s -> %s", key, Cluster::hrw_topic(Cluster::proxy_pool, key));

	local turns = "";
	local i = 0;

	while ( ++i <= 4 )
		turns += " " + sub(Cluster::rr_topic(Cluster::proxy_pool, "turns"), /^bro\/cluster\/node\//, "");

	print "  turns:" + turns;
	}

# Two rounds of the event queue: one for the introduction, one for what follows from it.
event proceed(rounds: count)
	{
	if ( rounds > 0 )
		{
		event proceed(rounds - 1);
		return;
		}

	if ( at == |steps| )
		{
		terminate();
		return;
		}

	local step = steps[at];
	++at;
	step();
	event proceed(2);
	}

event bro_init() &priority=-20
	{
	for ( i in Cluster::proxy_pool$node_list )
		print Cluster::proxy_pool$node_list[i];

	for ( j in Cluster::logger_pool$node_list )
		print Cluster::logger_pool$node_list[j];

	steps += function()
		{
		show("nobody");
		event Cluster::hello("proxy-1", "id-1");
		event Cluster::hello("proxy-2", "id-2");
		event Cluster::hello("proxy-3", "id-3");
		event Cluster::hello("worker-1", "id-4");
		};
	steps += function()
		{
		show("all");
		print Cluster::worker_count, Cluster::get_active_node_count(Cluster::PROXY);
		print Cluster::nodeid_to_node("id-3")$name, Cluster::nodeid_to_node("id-5")$name == "";
		event Broker::peer_lost([$id="id-2"], "");
		event Broker::peer_lost([$id="id-4"], "");
		};
	steps += function()
		{
		show("without proxy-2");
		print Cluster::worker_count, Cluster::get_active_node_count(Cluster::PROXY);
		print Cluster::nodes["proxy-2"]?$id, Cluster::nodes["proxy-1"]$id;
		};

	event proceed(0);
	}
