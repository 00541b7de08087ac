##! Where a node offers its metrics, under the names of Zeek 7 and later. The settings can be read; no port is opened.

module Telemetry;

export {
	## The address to offer metrics on; empty means all.
	const metrics_address = getenv("ZEEK_DEFAULT_LISTEN_ADDRESS") &redef;

	## The port to offer metrics on; 0/unknown means none. A node of a cluster takes it from its *metrics_port*.
	const metrics_port = 0/unknown &redef;

	## The name of the label that tells the nodes' metrics apart.
	const metrics_endpoint_label = "node" &redef;

	## What that label says for this process. A node of a cluster takes its name.
	const metrics_endpoint_name = "" &redef;
}
