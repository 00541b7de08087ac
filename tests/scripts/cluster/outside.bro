# Without a node's name the framework works for a single process.
@load base/frameworks/cluster

event bro_init()
	{
	print Cluster::is_enabled(), Cluster::local_node_type(), Cluster::node == "";
	print |Cluster::nodes|, Cluster::worker_count, Cluster::get_node_count(Cluster::WORKER);
	print Cluster::node_topic("manager");
	print Cluster::nodeid_topic("some-id");
	print Cluster::local_node_metrics_port();
	print Cluster::stores["any"];
	print Cluster::proxy_pool_spec;
	print Cluster::hrw_topic(Cluster::proxy_pool, "key") == "";
	print Cluster::rr_topic(Cluster::proxy_pool) == "";
	print Cluster::rr_log_topic(Cluster::LOG, "cluster");
	}
