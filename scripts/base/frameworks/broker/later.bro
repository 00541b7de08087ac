##! Names that Zeek added to this framework after Bro 2.6 and that layouts or node scripts set or handle.
##!
##! Where Zeek also changed a default or a type of 2.6 (retry times, topics, error numbers, fields of records),
##! 2.6 is kept.

@load ./main

module Broker;

export {
	## How bad one of the messaging layer's own messages is.
	type LogSeverityLevel: enum {
		## Cannot go on.
		LOG_CRITICAL,
		## Failed.
		LOG_ERROR,
		## Suspicious.
		LOG_WARNING,
		## Worth knowing.
		LOG_INFO,
		## Details.
		LOG_VERBOSE,
		## Details for developers.
		LOG_DEBUG,
	};

	## The least severity that Broker::internal_log_event is raised for.
	const log_severity_level = LOG_WARNING &redef;

	## Accepted and without effect: what there is to warn of is always reported.
	const log_stderr_severity_level = LOG_CRITICAL &redef;

	## Most log writes that are sent as one batch.
	const log_batch_size = 400 &redef;

	## Longest time that a log write waits for its batch to fill.
	const log_batch_interval = 1sec &redef;

	## Messages that may wait for one peer before Broker::peer_overflow_policy applies.
	const peer_buffer_size = 8192 &redef;

	## What to do with a peer that does not keep up: "disconnect", "drop_newest" or "drop_oldest".
	const peer_overflow_policy = "drop_oldest" &redef;

	## Messages that may wait for one WebSocket client before Broker::web_socket_overflow_policy applies.
	const web_socket_buffer_size = 8192 &redef;

	## What to do with a WebSocket client that does not keep up; the same words as for peers.
	const web_socket_overflow_policy = "drop_oldest" &redef;

	## How often the statistics of the peers' buffers start anew.
	const buffer_stats_reset_interval = 1min &redef;

	## How Zeek's messaging threads share work, "sharing" or "stealing"; accepted and without effect.
	const scheduler_policy = "sharing" &redef;

	## The port that WebSocket clients of releases 5.0 to 7.2 use.
	const default_port_websocket = 9997/tcp &redef;

	## The address on which WebSocket clients are accepted; empty means all.
	const default_listen_address_websocket = getenv("ZEEK_DEFAULT_LISTEN_ADDRESS") &redef;

	## Accepts WebSocket clients at address *a* (empty for all) and port *p* (0 lets the system choose), which are like
	## peers: secured as those are, and free to publish what they like. If the port is taken, tries again every *retry*,
	## or never if that is zero. Returns the bound port, 0/tcp on failure. Cluster::listen_websocket took its place.
	global listen_websocket: function(a: string &default = default_listen_address_websocket,
	                                  p: port &default = default_port_websocket,
	                                  retry: interval &default = default_listen_retry): port;

	## Whether peers keep a process alive that has nothing else to do.
	option peer_counts_as_iosource = T;

	## Whether this node holds the masters of the tables that carry &backend.
	const table_store_master = T &redef;

	## Where the files of such tables go.
	const table_store_db_directory = "." &redef;

	## The port on which Zeek 4.1 to 6.0 offer metrics. This and the constants below are accepted and have no effect;
	## later releases use those of Telemetry.
	const metrics_port = 0/unknown &redef;

	## How often metrics are published.
	option metrics_export_interval = 1sec;

	## The topic to which they are published, if any.
	option metrics_export_topic = "";

	## The name under which they are published.
	option metrics_export_endpoint_name = "";

	## The beginnings of the names of those that are published; none means all.
	option metrics_export_prefixes: vector of string = vector();

	## The topics of the metrics of others that are taken in.
	option metrics_import_topics: vector of string = vector();

	## Raised when an endpoint turns up, be it a peer or a peer's peer.
	global endpoint_discovered: event(endpoint: EndpointInfo, msg: string);

	## Raised when the last path to an endpoint is gone.
	global endpoint_unreachable: event(endpoint: EndpointInfo, msg: string);

	## Raised for the messaging layer's own messages; *id* names the kind. Here these are connections that are cut off.
	global internal_log_event: event(lvl: LogSeverityLevel, id: string, description: string);

	## Tells a new peer which tables have their master here.
	global announce_masters: event(masters: set[string]);

	## Returns whether this node began the peering with whoever is at address *a* and port *p*.
	global is_outbound_peering: function(a: string, p: port): bool;

	## Returns what waits for each peer, by the identifiers of their endpoints.
	global peering_stats: function(): table[string] of BrokerPeeringStats;
}

function is_outbound_peering(a: string, p: port): bool
	{
	return __is_outbound_peering(a, p);
	}

event retry_listen_websocket(a: string, p: port, retry: interval)
	{
	listen_websocket(a, p, retry);
	}

function listen_websocket(a: string, p: port, retry: interval): port
	{
	local bound = __listen_websocket(a, p);

	if ( bound != 0/tcp )
		return bound;

	local from_environment = getenv("ZEEK_DEFAULT_LISTEN_RETRY");
	local pause = retry;

	if ( from_environment != "" )
		pause = double_to_interval(to_double(from_environment));

	if ( pause != 0sec )
		schedule pause { retry_listen_websocket(a, p, pause) };

	return bound;
	}

function peering_stats(): table[string] of BrokerPeeringStats
	{
	return __peering_stats();
	}
