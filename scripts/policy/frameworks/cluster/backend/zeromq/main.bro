##! The choice of ZeroMQ to join the nodes of a cluster, so that scripts and layouts that make this choice load.
##!
##! ZeroMQ is not spoken here: nodes that list a port are joined over Broker as in every other cluster, and
##! bro_init says so. The options are accepted; scripts may read them.

@load base/frameworks/cluster/main
@load ./options

redef Cluster::backend = Cluster::CLUSTER_BACKEND_ZEROMQ;

event bro_init() &priority=-15
	{
	if ( Cluster::is_enabled() )
		Reporter::warning("Cluster::backend is ZeroMQ, which is not available: the nodes are joined over Broker");
	}
