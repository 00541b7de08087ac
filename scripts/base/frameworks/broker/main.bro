##! Messages between nodes: who peers with whom, which topics a node hears, and how events are sent.
##!
##! Nothing here opens a connection by being loaded; that takes a call of Broker::listen or Broker::peer.
##! Topics match by prefix everywhere: a subscription to "a" also hears "ab" and "a/b".

module Broker;

export {
	## The port that Broker::listen and Broker::peer use when they are given none.
	const default_port = 9999/tcp &redef;

	## Pause before another try at listening on a port that is taken. The environment variable
	## BRO_DEFAULT_LISTEN_RETRY (a number of seconds) goes before this and before Broker::listen's argument.
	const default_listen_retry = 30sec &redef;

	## The address that Broker::listen binds when it is given none; empty means every address of the host.
	const default_listen_address = getenv("BRO_DEFAULT_LISTEN_ADDRESS") &redef;

	## Pause before dialling an unreachable or lost peer again. The environment variable
	## BRO_DEFAULT_CONNECT_RETRY (a number of seconds) goes before this and before Broker::peer's argument.
	const default_connect_retry = 30sec &redef;

	## Send everything in the clear. If left off, connections are encrypted even without certificates,
	## but then nobody proves who they are.
	const disable_ssl = F &redef;

	## PEM file with the certificates to trust. Once set, peers without a valid certificate are refused.
	const ssl_cafile = "" &redef;

	## Folder with the certificates to trust, as OpenSSL lays it out. Peers are verified once it is set.
	const ssl_capath = "" &redef;

	## PEM file with this node's own certificate. Peers are verified once it is set.
	const ssl_certificate = "" &redef;

	## What unlocks the file named by Broker::ssl_keyfile. Peers are verified once it is set.
	const ssl_passphrase = "" &redef;

	## File with the private key of this node's certificate. Peers are verified once it is set.
	const ssl_keyfile = "" &redef;

	## Messages a subscriber may have waiting before it counts as congested.
	const congestion_queue_size = 200 &redef;

	## Most threads to use for messaging; the environment variable BRO_BROKER_MAX_THREADS goes before it.
	## This and the seven constants below tune Bro's own thread pool: they are accepted and have no effect.
	const max_threads = 1 &redef;

	## How long a thread with little to do sleeps in "moderate" mode.
	const moderate_sleep = 16 msec &redef;

	## How long a thread with little to do sleeps in "relaxed" mode.
	const relaxed_sleep = 64 msec &redef;

	## How often a thread looks for work in "aggressive" mode before it turns "moderate".
	const aggressive_polls = 5 &redef;

	## How often a thread looks for work in "moderate" mode before it turns "relaxed".
	const moderate_polls = 5 &redef;

	## In "aggressive" mode, every how many looks for work one goes to another thread's queue.
	const aggressive_interval = 4 &redef;

	## In "moderate" mode, every how many looks for work one goes to another thread's queue.
	const moderate_interval = 2 &redef;

	## In "relaxed" mode, every how many looks for work one goes to another thread's queue.
	const relaxed_interval = 1 &redef;

	## Pass every received message on to those peers that subscribed to its topic.
	const forward_messages = F &redef;

	## What the topics of log writes begin with; the stream's name follows.
	const default_log_topic_prefix = "bro/logs/" &redef;

	## The topic of a log write when nobody chose another rule: the prefix and the stream's name.
	function default_log_topic(id: Log::ID, path: string): string
		{
		return default_log_topic_prefix + cat(id);
		}

	## Chooses the topic on which one log write leaves for the peers. It gets the stream and
	## the path that the filter computed; redefine it to spread logs in another way.
	const log_topic: function(id: Log::ID, path: string): string = default_log_topic &redef;

	## What can go wrong, as Broker::error reports it.
	type ErrorCode: enum {
		## None of those below.
		UNSPECIFIED = 1,
		## The two sides speak different versions.
		PEER_INCOMPATIBLE = 2,
		## There is no such peer.
		PEER_INVALID = 3,
		## Nobody listens at that address and port.
		PEER_UNAVAILABLE = 4,
		## The peer did not answer in time.
		PEER_TIMEOUT = 5,
		## A master store of that name exists already.
		MASTER_EXISTS = 6,
		## No master store has that name.
		NO_SUCH_MASTER = 7,
		## The store has no such key.
		NO_SUCH_KEY = 8,
		## The store did not answer in time.
		REQUEST_TIMEOUT = 9,
		## The value in the store is of a type that the operation does not work on.
		TYPE_CLASH = 10,
		## The operation cannot use the value it was given.
		INVALID_DATA = 11,
		## The storage behind the store failed.
		BACKEND_FAILURE = 12,
		## A clone has been cut off from its master for too long to be trusted.
		STALE_DATA = 13,
		## Trouble in the layer below messaging.
		CAF_ERROR = 100
	};

	## The steps in the life of a peering.
	type PeerStatus: enum {
		## Asked for, nothing sent yet.
		INITIALIZING,
		## Dialling.
		CONNECTING,
		## Connected, greetings still under way.
		CONNECTED,
		## Ready: messages flow.
		PEERED,
		## The connection is gone.
		DISCONNECTED,
		## Dialling again after a loss.
		RECONNECTING,
	};

	## Where an endpoint can be reached.
	type NetworkInfo: record {
		## Address or host name.
		address: string &log;
		## Port.
		bound_port: port &log;
	};

	## One endpoint of the network.
	type EndpointInfo: record {
		## Its identifier, new on every start.
		id: string;
		## Its address, if known.
		network: NetworkInfo &optional;
	};

	## One peer and how far the peering got.
	type PeerInfo: record {
		## The endpoint on the other side.
		peer: EndpointInfo;
		## The state of the peering.
		status: PeerStatus;
	};

	## All peers, as Broker::peers gives them.
	type PeerInfos: vector of PeerInfo;

	## A value of any type in the form in which it travels and is stored. Take it out with "as".
	type Data: record {
		## The value; unset if it could not be converted or is not there.
		data: opaque of Broker::Data &optional;
	};

	## Several values in the form in which they travel.
	type DataVector: vector of Broker::Data;

	## An event ready to be sent, as Broker::make_event builds it.
	type Event: record {
		## The event's name; unset if the event or an argument could not be converted.
		name: string &optional;
		## Its arguments.
		args: DataVector;
	};

	## One entry of a table in the form in which it travels.
	type TableItem : record {
		## The index.
		key: Broker::Data;
		## The value at that index.
		val: Broker::Data;
	};

	## Raised when a peering changes in a way that none of the events below tells.
	global status: event(endpoint: EndpointInfo, msg: string);

	## Raised on both sides when a peering is complete.
	global peer_added: event(endpoint: EndpointInfo, msg: string);

	## Raised when this side ended a peering.
	global peer_removed: event(endpoint: EndpointInfo, msg: string);

	## Raised when a peering ended without this side's wish.
	global peer_lost: event(endpoint: EndpointInfo, msg: string);

	## Raised when something failed; *code* says what and *msg* says more.
	global error: event(code: ErrorCode, msg: string);

	## Accepts peers at address *a* (empty for all) and port *p* (0 lets the system choose). If the port is
	## taken, tries again every *retry*, or never if that is zero. Returns the bound port, 0/tcp on failure.
	global listen: function(a: string &default = default_listen_address,
	                        p: port &default = default_port,
	                        retry: interval &default = default_listen_retry): port;

	## Dials a peer at address or host name *a* and port *p*, and again every *retry* when it cannot be reached
	## or is lost. Returns T if the attempt could be started; Broker::peer_added tells of success.
	global peer: function(a: string, p: port &default=default_port,
	                      retry: interval &default=default_connect_retry): bool;

	## Ends the peering that Broker::peer began with the same address and port: nothing is exchanged from
	## then on. Returns T; where there was none, Broker::error tells.
	global unpeer: function(a: string, p: port): bool;

	## Returns all peers with their state.
	global peers: function(): vector of PeerInfo;

	## Returns the identifier of this node's own endpoint, new on every start.
	global node_id: function(): string;

	## Sends the log writes that wait to be sent in one batch now, and returns how many there were.
	global flush_logs: function(): count;

	## Sends the value of the global variable or constant *id* to *topic*; receivers overwrite their own.
	## Returns F if there is no such value or it cannot be sent. Where nobody is there all goes well.
	global publish_id: function(topic: string, id: string): bool;

	## Asks the peers for events whose topics begin with *topic_prefix*; the empty prefix means all.
	## Returns T, whether or not that was asked for before.
	global subscribe: function(topic_prefix: string): bool;

	## Takes back what Broker::subscribe or Broker::forward did for this prefix.
	global unsubscribe: function(topic_prefix: string): bool;

	## Like Broker::subscribe, but no handler runs here: events only go on to other peers, logs and globals here too.
	## Returns T if the prefix was not forwarded before.
	global forward: function(topic_prefix: string): bool;

	## From now on, whenever this node raises the event *ev*, also sends it to *topic*.
	## Returns F if *ev* is no event.
	global auto_publish: function(topic: string, ev: any): bool;

	## Takes back what Broker::auto_publish did for this topic and event.
	global auto_unpublish: function(topic: string, ev: any): bool;
}

event retry_listen(a: string, p: port, retry: interval)
	{
	listen(a, p, retry);
	}

function listen(a: string, p: port, retry: interval): port
	{
	local bound = __listen(a, p);

	if ( bound != 0/tcp )
		return bound;

	local from_environment = getenv("BRO_DEFAULT_LISTEN_RETRY");
	local pause = retry;

	if ( from_environment != "" )
		pause = double_to_interval(to_double(from_environment));

	if ( pause != 0sec )
		schedule pause { retry_listen(a, p, pause) };

	return bound;
	}

function peer(a: string, p: port, retry: interval): bool
	{
	return __peer(a, p, retry);
	}

function unpeer(a: string, p: port): bool
	{
	return __unpeer(a, p);
	}

function peers(): vector of PeerInfo
	{
	return __peers();
	}

function node_id(): string
	{
	return __node_id();
	}

function flush_logs(): count
	{
	return __flush_logs();
	}

function publish_id(topic: string, id: string): bool
	{
	return __publish_id(topic, id);
	}

function subscribe(topic_prefix: string): bool
	{
	return __subscribe(topic_prefix);
	}

function forward(topic_prefix: string): bool
	{
	return __forward(topic_prefix);
	}

function unsubscribe(topic_prefix: string): bool
	{
	return __unsubscribe(topic_prefix);
	}

function auto_publish(topic: string, ev: any): bool
	{
	return __auto_publish(topic, ev);
	}

function auto_unpublish(topic: string, ev: any): bool
	{
	return __auto_unpublish(topic, ev);
	}
