##! What is counted about the events that nodes exchange. The settings are accepted; nothing is counted yet.

module Cluster::Telemetry;

export {
	## How closely to count.
	type Type: enum {
		## Events in and out.
		INFO,
		## The same by event and topic.
		VERBOSE,
		## The same with sizes and places in scripts.
		DEBUG,
	};

	## What to count about the events between nodes.
	const core_metrics: set[Type] = { INFO } &redef;

	## What to count about the events of WebSocket clients.
	const websocket_metrics: set[Type] = { INFO } &redef;

	## Topics that hold something random and the name under which they are counted; the empty name leaves them out.
	const topic_normalizations: table[pattern] of string &ordered &redef;

	## The bounds of the classes of sizes.
	const message_size_bounds: vector of double = {
		10.0, 50.0, 100.0, 500.0, 1000.0, 5000.0, 10000.0, 50000.0,
	} &redef;
}
