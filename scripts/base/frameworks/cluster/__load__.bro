##! Loads the cluster framework and, if this process has a node's name, the layout and what its role needs.

@load ./main
@load ./pools
@load ./telemetry
@load base/frameworks/telemetry/options

@if ( Cluster::is_enabled() )

# The name under which this process appears in messages and logs.
redef peer_description = Cluster::node;

@if ( Cluster::enable_round_robin_logging )
redef Broker::log_topic = Cluster::rr_log_topic;
@endif

# From here on, loading some/script also loads cluster.some.script wherever that exists.
@prefixes += cluster

# The layout is the user's: without it there is no cluster to be part of, so it must be found.
@load cluster-layout

# For an unknown name nothing more is loaded: bro_init in ./main reports it and ends the process.
@if ( Cluster::node in Cluster::nodes )

@load ./setup-connections

redef Telemetry::metrics_endpoint_name = Cluster::node;

@if ( Cluster::local_node_metrics_port() != 0/unknown )
redef Telemetry::metrics_port = Cluster::local_node_metrics_port();
@endif

@if ( Cluster::local_node_type() == Cluster::MANAGER )
@load ./nodes/manager

# Loaded after the manager's settings, which it overrides: this manager writes the logs.
@if ( Cluster::manager_is_logger )
@load ./nodes/logger
@endif
@endif

@if ( Cluster::local_node_type() == Cluster::LOGGER )
@load ./nodes/logger
@endif

@if ( Cluster::local_node_type() == Cluster::PROXY )
@load ./nodes/proxy
@endif

@if ( Cluster::local_node_type() == Cluster::WORKER )
@load ./nodes/worker
@endif

@endif
@endif
