# A package gives Zeek's names to topics; what the user chose for a pool stays.
@load policy/zeek-compat

redef Cluster::proxy_pool_spec = Cluster::PoolSpec($topic="my/own", $node_type=Cluster::PROXY, $max_nodes=1);

event bro_init() &priority=-10
	{
	print Cluster::logger_topic, Cluster::manager_topic, Cluster::proxy_topic, Cluster::worker_topic;
	print |Cluster::broadcast_topics|, Cluster::worker_topic in Cluster::broadcast_topics;
	print Cluster::node_topic("worker-1"), Cluster::nodeid_topic("an-id");
	print Control::topic_prefix, Broker::default_log_topic(Cluster::LOG, "cluster");
	print Cluster::proxy_pool$spec$topic, Cluster::worker_pool$spec$topic, Cluster::logger_pool$spec$topic;
	}
