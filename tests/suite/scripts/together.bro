##! For clusters whose nodes end together: each says when it is done, and once all have the manager ends, and the others
##! when it is gone.

@load base/frameworks/cluster

redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
redef Cluster::retry_interval = 100msec;

module Together;

export {
	## This node has nothing more to do. It may say so more than once.
	global done: function();

	## A node has nothing more to do.
	global is_done: event(name: string);
}

global is_done_here = F;
global done_nodes: set[string];

event Together::is_done(name: string)
	{
	add done_nodes[name];

	if ( |done_nodes| == |Cluster::nodes| )
		terminate();
	}

function tell()
	{
	if ( Cluster::node == "manager" )
		event Together::is_done(Cluster::node);
	else
		# Whoever is not there yet is told when it comes.
		Broker::publish(Cluster::manager_topic, Together::is_done, Cluster::node);
	}

function done()
	{
	is_done_here = T;
	tell();
	}

event Cluster::node_up(name: string, id: string) &priority=-20
	{
	if ( is_done_here && name == "manager" )
		tell();
	}

event Cluster::node_down(name: string, id: string) &priority=-20
	{
	if ( name == "manager" )
		terminate();
	}
