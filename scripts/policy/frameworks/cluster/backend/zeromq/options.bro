##! The options of the ZeroMQ backend, with Zeek's defaults. None has an effect.

module Cluster::Backend::ZeroMQ;

export {
	## Where the hub hands out events.
	const connect_xpub_endpoint = "tcp://127.0.0.1:5556" &redef;

	## Where the hub takes events.
	const connect_xsub_endpoint = "tcp://127.0.0.1:5555" &redef;

	## Where loggers take log writes.
	const connect_log_endpoints: vector of string &redef;

	## Whether this node runs the hub.
	const run_proxy_thread: bool = F &redef;

	## Threads of the hub.
	const proxy_io_threads = 2 &redef;

	## Where this node's hub hands out events.
	const listen_xsub_endpoint = "tcp://127.0.0.1:5556" &redef;

	## Where this node's hub takes events.
	const listen_xpub_endpoint = "tcp://127.0.0.1:5555" &redef;

	## Where this logger takes log writes; empty for none.
	const listen_log_endpoint = "" &redef;

	## Milliseconds to wait at the end for messages to leave; -1 waits for ever.
	const linger_ms: int = 500 &redef;

	## Events that may wait to leave.
	const xpub_sndhwm: int = 1000 &redef;

	## The system's buffer for events that leave; -1 takes its default.
	const xpub_sndbuf: int = -1 &redef;

	## Events that may wait on arrival.
	const xsub_rcvhwm: int = 1000 &redef;

	## The system's buffer for events that arrive; -1 takes its default.
	const xsub_rcvbuf: int = -1 &redef;

	## Events that may wait for handlers; 0 sets no bound.
	const onloop_queue_hwm = 10000 &redef;

	## Whether log writes only go to loggers that are connected.
	const log_immediate: bool = F &redef;

	## Log writes that may wait to leave.
	const log_sndhwm: int = 1000 &redef;

	## Log writes that may wait on arrival.
	const log_rcvhwm: int = 1000 &redef;

	## The system's buffer for log writes that leave; -1 takes its default.
	const log_sndbuf: int = -1 &redef;

	## The system's buffer for log writes that arrive; -1 takes its default.
	const log_rcvbuf: int = -1 &redef;

	## Whether endpoints may have IPv6 addresses.
	const ipv6 = F &redef;

	## Whether a full queue to the hub is noticed.
	const connect_xpub_nodrop: bool = T &redef;

	## Whether a full queue of the hub is noticed.
	const listen_xpub_nodrop: bool = T &redef;

	## Messages taken from a socket at a time.
	const poll_max_messages = 100 &redef;

	## What to trace on standard error.
	const debug_flags: count = 0 &redef;

	## The hub's public key, if traffic is encrypted.
	const curve_server_publickey = "" &redef;

	## The hub's secret key, if traffic is encrypted.
	const curve_server_secretkey = "" &redef;

	## This node's public key, if traffic is encrypted.
	const curve_client_publickey = "" &redef;

	## This node's secret key, if traffic is encrypted.
	const curve_client_secretkey = "" &redef;

	## What topics of named nodes begin with.
	global node_topic_prefix = "zeek.cluster.node" &redef;

	## What topics of nodes by identifier begin with.
	global nodeid_topic_prefix = "zeek.cluster.nodeid" &redef;

	## How long a half introduction is remembered.
	const hello_expiration: interval = 10sec &redef;

	## What the topics of the backend's own messages begin with.
	const internal_topic_prefix = "zeek.zeromq.internal." &redef;

	## Raised when some node subscribes.
	global subscription: event(topic: string);

	## Raised when some node's subscription is gone.
	global unsubscription: event(topic: string);

	## Raised when something happens to a socket.
	global monitoring_event: event(number: count, value: count, address: string);

	## With this nodes answer a subscription.
	global hello: event(name: string, id: string);
}
