##! Lets this node hear what is meant for it: its pools' topics, its type's, and its own.

@load ./main
@load ./pools

module Cluster;

# Whether a node is only being tried out by its control program: then it must not touch the network.
function is_checking(): bool
	{
	return getenv("BROCTL_CHECK_CONFIG") != "" || getenv("ZEEKCTL_CHECK_CONFIG") != "";
	}

event bro_init() &priority=-10
	{
	if ( is_checking() || node !in nodes )
		return;

	for ( i in registered_pools )
		{
		if ( node in registered_pools[i]$nodes )
			Broker::subscribe(registered_pools[i]$spec$topic);
		}

	switch ( nodes[node]$node_type ) {
	case NONE:
		return;
	case CONTROL:
		break;
	case LOGGER:
		Broker::subscribe(logger_topic);
		Broker::subscribe(Broker::default_log_topic_prefix);
		break;
	case MANAGER:
		Broker::subscribe(manager_topic);

		if ( manager_is_logger )
			Broker::subscribe(Broker::default_log_topic_prefix);

		break;
	case PROXY:
		Broker::subscribe(proxy_topic);
		break;
	case WORKER:
		Broker::subscribe(worker_topic);
		break;
	case TIME_MACHINE:
		Broker::subscribe(time_machine_topic);
		break;
	default:
		Reporter::error(fmt("Unhandled cluster node type: %s", nodes[node]$node_type));
		return;
	}

	# Nodes of 2.6 to 3.2 address an identifier with the prefix that is meant for names.
	Broker::subscribe(nodeid_topic(Broker::node_id()));
	Broker::subscribe(node_topic_prefix + Broker::node_id());
	Broker::subscribe(node_topic(node));
	}
