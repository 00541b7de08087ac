# run: run -b base/frameworks/cluster parts/full/cluster-layout.bro %s Cluster::node=worker-1
# env: BROCTL_CHECK_CONFIG=1
# A layout named on the command line need not be on the search path, nor the node's name in the environment.

event bro_init()
	{
	print Cluster::node, Cluster::local_node_type(), |Cluster::nodes|, peer_description;
	}
