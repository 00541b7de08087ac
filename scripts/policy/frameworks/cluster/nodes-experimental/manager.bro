##! The manager's part of policy/frameworks/cluster/experimental: it waits for all nodes and gives the signal.

@load base/frameworks/cluster
@load policy/frameworks/cluster/experimental

module Cluster::Experimental;

# The nodes that have not said that they are fully connected.
global fully_connected_nodes_pending: set[string];

event bro_init()
	{
	for ( name in Cluster::nodes )
		add fully_connected_nodes_pending[name];
	}

event Cluster::Experimental::node_fully_connected(name: string, id: string, resending: bool)
	{
	# A node that has seen the start knows better than a manager that was restarted.
	if ( resending )
		is_cluster_started = T;

	delete fully_connected_nodes_pending[name];

	if ( ! is_cluster_started && |fully_connected_nodes_pending| == 0 )
		{
		event cluster_started();
		Cluster::publish(cluster_started_topic, Cluster::Experimental::cluster_started);
		}
	}

event Cluster::Experimental::cluster_started()
	{
	Cluster::log("cluster connected");
	}

# After the layout's nodes are dialled: a manager that dials nobody is connected.
event bro_init() &priority=-15
	{
	if ( |connectees_pending| == 0 )
		event node_fully_connected(Cluster::node, Cluster::node_id(), F);
	}

event Cluster::node_up(name: string, id: string)
	{
	# Loggers dial nobody and need not know the manager, so they cannot tell it themselves.
	local n = Cluster::nodes[name];

	if ( n$node_type == Cluster::LOGGER && ! n?$manager )
		event node_fully_connected(name, id, F);
	}
