##! Tells when all nodes of a cluster have found each other.
##!
##! A node is fully connected once every node that it dials has introduced itself. It tells the manager, and the manager
##! tells everybody when it has heard that from all. Connections may be lost again afterwards; nobody keeps track.

@load base/frameworks/cluster

module Cluster::Experimental;

export {
	## Raised on a node that is fully connected, and on the manager. *resending* is set if the node knows that the
	## cluster has started already, for then the manager was restarted.
	global node_fully_connected: event(name: string, id: string, resending: bool);

	## Raised on all nodes once all are fully connected.
	global cluster_started: event();

	## The topic on which the manager sends Cluster::Experimental::cluster_started.
	const cluster_started_topic = "zeek/cluster/experimental/started" &redef;
}

# The nodes that this one dials and has not heard from.
global connectees_pending: set[string];

# Whether the cluster has started.
global is_cluster_started = F;

@if ( Cluster::is_enabled() )

@if ( Cluster::local_node_type() == Cluster::MANAGER )
@load ./nodes-experimental/manager
@endif

hook Cluster::connect_node_hook(connectee: Cluster::NamedNode)
	{
	add connectees_pending[connectee$name];
	}

event bro_init()
	{
	Cluster::subscribe(cluster_started_topic);
	}

event Cluster::node_up(name: string, id: string) &priority=-10
	{
	# A manager that dials this node must hear of it even if this node dials nobody.
	local self = Cluster::nodes[Cluster::node];
	local is_manager = self?$manager && self$manager == name;

	if ( name !in connectees_pending && ! is_manager )
		return;

	delete connectees_pending[name];

	if ( |connectees_pending| > 0 )
		return;

	event node_fully_connected(Cluster::node, Cluster::node_id(), is_cluster_started);
	Cluster::publish(Cluster::manager_topic, node_fully_connected,
	                 Cluster::node, Cluster::node_id(), is_cluster_started);
	}

event Cluster::Experimental::node_fully_connected(name: string, id: string, resending: bool)
	{
	if ( ! is_remote_event() )
		Cluster::log("fully connected");
	}

event Cluster::Experimental::cluster_started()
	{
	is_cluster_started = T;
	}

@endif
