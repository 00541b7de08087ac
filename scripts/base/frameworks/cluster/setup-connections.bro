##! Joins this node to the others as the layout says: it listens, and dials those that it depends on. Everybody dials
##! the loggers, workers dial the proxies, and workers and proxies dial their manager.

@load ./main
@load ./pools
@load ./setup-subscriptions
@load base/frameworks/broker

module Cluster;

function connect_node(n: NamedNode)
	{
	if ( n$node$p == 0/unknown || ! hook connect_node_hook(n) )
		return;

	local status = Broker::peer(cat(n$node$ip), n$node$p, retry_interval);
	Cluster::log(fmt("initiate peering with %s:%s, retry=%s, status=%s",
	                 n$node$ip, n$node$p, retry_interval, status));
	}

function connect_peer(node_type: NodeType, node_name: string)
	{
	if ( node_name in nodes && nodes[node_name]$node_type == node_type )
		connect_node(NamedNode($name=node_name, $node=nodes[node_name]));
	else
		Cluster::log(fmt("no peering with %s: the layout has no such %s", node_name, node_type));
	}

function connect_peers_with_type(node_type: NodeType)
	{
	local peers = nodes_with_type(node_type);

	for ( i in peers )
		connect_node(peers[i]);
	}

event bro_init() &priority=-10
	{
	if ( is_checking() || node !in nodes )
		return;

	local self = nodes[node];

	if ( self$node_type == NONE )
		return;

	if ( self$p != 0/unknown )
		{
		Broker::listen(Broker::default_listen_address, self$p, Broker::default_listen_retry);
		Cluster::log(fmt("listening on %s:%s", Broker::default_listen_address, self$p));
		}

	switch ( self$node_type ) {
	case MANAGER:
		connect_peers_with_type(LOGGER);
		break;
	case PROXY:
		connect_peers_with_type(LOGGER);

		if ( self?$manager )
			connect_peer(MANAGER, self$manager);

		return;
	case WORKER:
		connect_peers_with_type(LOGGER);
		connect_peers_with_type(PROXY);

		if ( self?$manager )
			connect_peer(MANAGER, self$manager);

		break;
	default:
		return;
	}

	if ( self?$time_machine )
		connect_peer(TIME_MACHINE, self$time_machine);
	}
