# Prints what a node's role changes.
@load base/frameworks/cluster

event bro_init() &priority=-20
	{
	print peer_description, Cluster::local_node_type(), Cluster::local_node_metrics_port();
	print Log::enable_local_logging, Log::enable_remote_logging;
	print Log::default_rotation_interval, Log::default_rotation_postprocessor_cmd;
	print Log::default_mail_alarms_interval, max_remote_events_processed, record_all_packets;
	print Telemetry::metrics_endpoint_name, Telemetry::metrics_port;
	print Broker::log_topic(Cluster::LOG, "cluster");
	terminate();
	}
