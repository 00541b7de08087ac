# A node that was started anew may introduce itself before the loss of its old life is noticed, or before its old life
# does: it counts once.
@load base/frameworks/cluster

redef Log::enable_local_logging = F;
redef Cluster::node = "manager";
redef Cluster::nodes = {
	["manager"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.9, $p=1009/tcp],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=1001/tcp],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=10.0.0.4, $p=1004/tcp],
};

event Cluster::node_up(name: string, id: string)
	{
	print "up", name, id, Cluster::worker_count, Cluster::proxy_pool$alive_count;
	}

event Cluster::node_down(name: string, id: string)
	{
	print "down", name, id, Cluster::worker_count, Cluster::proxy_pool$alive_count;
	}

event lost(name: string, id: string)
	{
	event Broker::peer_lost(Broker::EndpointInfo($id=id), "lost");
	}

event done()
	{
	print "left", Cluster::worker_count, Cluster::get_active_node_count(Cluster::PROXY);
	terminate();
	}

event old_life_late()
	{
	event Cluster::hello("worker-1", "z");
	event Cluster::hello("worker-1", "b");
	event lost("worker-1", "z");
	schedule 1 msec { done() };
	}

event second_life()
	{
	event Cluster::hello("worker-1", "b");
	event Cluster::hello("proxy-1", "d");
	event lost("worker-1", "a");
	event lost("proxy-1", "c");
	schedule 1 msec { old_life_late() };
	}

event bro_init()
	{
	event Cluster::hello("worker-1", "a");
	event Cluster::hello("proxy-1", "c");
	schedule 1 msec { second_life() };
	}
