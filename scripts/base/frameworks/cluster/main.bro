##! The cluster: its layout, this node's place in it, the topics that reach each node, and stores that work on any of
##! them.
##!
##! A process is a node of the cluster when it has a name: by the environment variable CLUSTER_NODE or by
##! Cluster::node=NAME on the command line. Then base/frameworks/cluster loads the script cluster-layout from the
##! search path, and that fills Cluster::nodes. Without a name everything here works for a single process.

@load base/frameworks/control
@load base/frameworks/broker
@load ./types
@load ./pubsub

module Cluster;

export {
	## Spread log writes over all loggers instead of sending each to all of them.
	const enable_round_robin_logging = T &redef;

	## How many log records a node keeps while no logger is there, to send them to the next one. The oldest give way
	## to newer ones. With 0 they are lost, as with Bro and Zeek.
	const held_log_records = 50000 &redef;

	## The topic that all loggers hear.
	const logger_topic = "bro/cluster/logger" &redef;

	## The topic that all managers hear.
	const manager_topic = "bro/cluster/manager" &redef;

	## The topic that all proxies hear.
	const proxy_topic = "bro/cluster/proxy" &redef;

	## The topic that all workers hear.
	const worker_topic = "bro/cluster/worker" &redef;

	## The topic that all time machines hear.
	const time_machine_topic = "bro/cluster/time_machine" &redef;

	## The four topics that together reach every node of today's types.
	const broadcast_topics = {
		logger_topic,
		manager_topic,
		proxy_topic,
		worker_topic,
	} &redef;

	## What the topics of single nodes begin with; the node's name follows.
	const node_topic_prefix = "bro/cluster/node/" &redef;

	## What the topics of single nodes begin with where the node's identifier follows.
	const nodeid_topic_prefix = "bro/cluster/nodeid/" &redef;

	## What the topics of single nodes end with, by name and by identifier. A slash, as Zeek has it, keeps what is
	## sent to worker-1 from worker-10.
	const node_topic_end = "" &redef;

	## The name of the node that owns the stores for which Cluster::stores names none; empty means the manager.
	const default_master_node = "" &redef;

	## The backend of the stores for which Cluster::stores names none.
	const default_backend = Broker::MEMORY &redef;

	## The backend that Cluster::create_store takes instead of Broker::MEMORY for a persistent store.
	const default_persistent_backend = Broker::SQLITE &redef;

	## The folder for the files of stores for which Cluster::stores names no path; empty leaves the choice
	## to the backend.
	const default_store_dir = "" &redef;

	## A store and its settings.
	type StoreInfo: record {
		## Its name.
		name: string &optional;
		## Its handle, set by Cluster::create_store.
		store: opaque of Broker::Store &optional;
		## The name of the node that owns it; empty means the manager.
		master_node: string &default=default_master_node;
		## Whether this node owns it.
		master: bool &default=F;
		## Where it keeps its entries.
		backend: Broker::BackendType &default=default_backend;
		## Settings for that backend.
		options: Broker::BackendOptions &default=Broker::BackendOptions();
		## Passed to Broker::create_clone.
		clone_resync_interval: interval &default=Broker::default_clone_resync_interval;
		## Passed to Broker::create_clone.
		clone_stale_interval: interval &default=Broker::default_clone_stale_interval;
		## Passed to Broker::create_clone.
		clone_mutation_buffer_interval: interval &default=Broker::default_clone_mutation_buffer_interval;
	};

	## All stores by name. Redefine it to give a store other settings than the usual ones;
	## Cluster::create_store adds those that have no entry.
	global stores: table[string] of StoreInfo &default=StoreInfo() &redef;

	## Opens the store *name*, with or without a cluster: the node that owns it gets the master, the others get a
	## clone, and a single process gets a master that is ready at once. With *persistent* set it outlives
	## the process. Returns the entry of Cluster::stores.
	global create_store: function(name: string, persistent: bool &default=F): StoreInfo;

	redef enum Log::ID += {
		## The stream of cluster.log.
		LOG
	};

	## One line of cluster.log.
	type Info: record {
		## When it was written.
		ts:       time;
		## The name of the node that wrote it.
		node: string;
		## What happened.
		message:  string;
	} &log;

	## Called for every line before it is written; a break drops the line.
	global log_policy: hook(rec: any, id: Log::ID, filter: Log::Filter);

	## Returns whether this process is a node of a cluster: whether Cluster::node is set.
	global is_enabled: function(): bool;

	## Returns this node's type; Cluster::NONE without a cluster and for a name that the layout does not have.
	global local_node_type: function(): NodeType;

	## Returns the port on which this node offers its metrics, 0/unknown if the layout gives none.
	global local_node_metrics_port: function(): port;

	## How many workers are connected to this node now.
	global worker_count: count = 0;

	## The layout: every node of the cluster by its name. The script cluster-layout redefines it.
	const nodes: table[string] of Node = {} &redef;

	## Returns how many nodes of a type the layout has.
	global get_node_count: function(node_type: NodeType): count;

	## Returns how many nodes of a type are connected to this node now.
	global get_active_node_count: function(node_type: NodeType): count;

	## Whether the manager does the loggers' work too. A layout with loggers sets it to F.
	const manager_is_logger = T &redef;

	## This node's name; empty for a process that belongs to no cluster.
	const node = getenv("CLUSTER_NODE") &redef;

	## Returns this node's identifier, new on every start.
	global node_id: function(): string = Broker::node_id &redef;

	## Pause before dialling an unreachable or lost node again. The environment variable
	## BRO_DEFAULT_CONNECT_RETRY (a number of seconds) goes before it.
	const retry_interval = 1min &redef;

	## With this each of two nodes introduces itself to the other once they are connected.
	global hello: event(name: string, id: string);

	## Raised on this node when another one has introduced itself.
	global node_up: event(name: string, id: string);

	## Raised on this node when the connection to another one is gone.
	global node_down: event(name: string, id: string);

	## Called before dialling a node of the layout; a break keeps this node from it.
	global connect_node_hook: hook(connectee: NamedNode);

	## Writes a line to cluster.log.
	global log: function(msg: string);

	## Returns the topic that the node *name* hears. Topics match by prefix, so without
	## Cluster::node_topic_end worker-1's reaches worker-10 too.
	global node_topic: function(name: string): string &redef;

	## Returns the topic that the node with the identifier *id* hears; see Broker::node_id and
	## Broker::EndpointInfo.
	global nodeid_topic: function(id: string): string &redef;

	## Returns the connected node with the identifier *id*; its name is empty if there is none.
	global nodeid_to_node: function(id: string): NamedNode;

	## Starts what joins the nodes. The first peering or subscription does that as well, so this returns T.
	global init: function(): bool;

	## Accepts WebSocket clients that send and hear events as JSON. Returns T on success.
	global listen_websocket: function(options: WebSocketServerOptions): bool;

	## Raised when a WebSocket client has told which topics it hears.
	global websocket_client_added: event(endpoint: EndpointInfo, subscriptions: string_vec);

	## Raised when a WebSocket client is gone; *code* and *reason* are those of the closing frame.
	global websocket_client_lost: event(endpoint: EndpointInfo, code: count, reason: string);
}

module Cluster::Backend;

export {
	## Raised when what joins the nodes is in trouble.
	global error: event(tag: string, message: string);
}

module Cluster;

# The identifiers of the connected nodes by type.
global active_node_ids: table[NodeType] of set[string];

# The identifiers by which nodes are connected that have introduced themselves, by their names. The one that came last is
# the node's.
global introduced: table[string] of set[string];

# The nodes of one type in the order of their names, which is the same on every node.
function nodes_with_type(node_type: NodeType): vector of NamedNode
	{
	local names: vector of string = vector();

	for ( name in nodes )
		{
		if ( nodes[name]$node_type == node_type )
			names += name;
		}

	sort(names, strcmp);

	local found: vector of NamedNode = vector();

	for ( i in names )
		found += NamedNode($name=names[i], $node=nodes[names[i]]);

	return found;
	}

function get_node_count(node_type: NodeType): count
	{
	local found = 0;

	for ( name in nodes )
		{
		if ( nodes[name]$node_type == node_type )
			++found;
		}

	return found;
	}

function get_active_node_count(node_type: NodeType): count
	{
	return node_type in active_node_ids ? |active_node_ids[node_type]| : 0;
	}

function is_enabled(): bool
	{
	return node != "";
	}

function local_node_type(): NodeType
	{
	return node != "" && node in nodes ? nodes[node]$node_type : NONE;
	}

function local_node_metrics_port(): port
	{
	if ( node != "" && node in nodes && nodes[node]?$metrics_port )
		return nodes[node]$metrics_port;

	return 0/unknown;
	}

function node_topic(name: string): string
	{
	return node_topic_prefix + name + node_topic_end;
	}

function nodeid_topic(id: string): string
	{
	return nodeid_topic_prefix + id + node_topic_end;
	}

function nodeid_to_node(id: string): NamedNode
	{
	for ( name in nodes )
		{
		local n = nodes[name];

		if ( n?$id && n$id == id )
			return NamedNode($name=name, $node=n);
		}

	return NamedNode($name="", $node=Node($node_type=NONE, $ip=0.0.0.0));
	}

function count_active(node_type: NodeType)
	{
	if ( node_type == WORKER )
		worker_count = get_active_node_count(WORKER);
	}

# A node has come, or a new life of it.
function be_up(name: string, id: string)
	{
	local n = nodes[name];
	n$id = id;
	Cluster::log(fmt("got hello from %s (%s)", name, id));

	if ( n$node_type !in active_node_ids )
		active_node_ids[n$node_type] = set();

	add active_node_ids[n$node_type][id];
	count_active(n$node_type);
	event Cluster::node_up(name, id);
	}

# What has come has gone.
function be_down(name: string)
	{
	local n = nodes[name];
	local id = n$id;
	Cluster::log(fmt("node down: %s", name));
	delete n$id;
	delete active_node_ids[n$node_type][id];
	count_active(n$node_type);
	event Cluster::node_down(name, id);
	}

event Cluster::hello(name: string, id: string) &priority=10
	{
	if ( name !in nodes )
		{
		Reporter::error(fmt("Got Cluster::hello msg from unexpected node: %s", name));
		return;
		}

	if ( name !in introduced )
		introduced[name] = set();

	# The other release's way of addressing brought the same introduction once more.
	if ( id in introduced[name] )
		return;

	# A node that was started anew may come before the loss of its old life is noticed. Upstream counts the old one for
	# ever.
	if ( nodes[name]?$id )
		{
		Reporter::error(fmt("Got Cluster::hello msg from duplicate node:%s", name));
		be_down(name);
		}

	add introduced[name][id];
	be_up(name, id);
	}

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) &priority=10
	{
	if ( ! is_enabled() )
		return;

	# Which release the peer runs is not known yet. From 4.0 on a node hears its identifier's topic with a slash
	# behind it, which matches the topic without one too. 2.6 to 3.2 build that topic with the prefix for names.
	local introduction = Broker::make_event(Cluster::hello, node, Broker::node_id());
	Broker::publish(nodeid_topic_prefix + endpoint$id + "/", introduction);
	Broker::publish(node_topic_prefix + endpoint$id, introduction);
	}

event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string) &priority=10
	{
	for ( name in introduced )
		{
		if ( endpoint$id !in introduced[name] )
			next;

		delete introduced[name][endpoint$id];

		if ( nodes[name]$id != endpoint$id )
			break;

		be_down(name);

		# The introduction of an old life may have come late, behind that of the one that is there.
		for ( id in introduced[name] )
			{
			be_up(name, id);
			break;
			}

		break;
		}
	}

event bro_init() &priority=5
	{
	if ( is_enabled() && node !in nodes )
		{
		Reporter::error(fmt("'%s' is not a valid node in the Cluster::nodes configuration", node));
		terminate();
		}

	Log::create_stream(Cluster::LOG, [$columns=Info, $path="cluster"]);
	}

# Files get their place and a store that must last gets a backend that does, unless the user chose.
function complete_store_settings(info: StoreInfo, persistent: bool)
	{
	if ( default_store_dir != "" )
		{
		local path = default_store_dir + "/" + info$name;

		if ( info$options$sqlite$path == "" )
			info$options$sqlite$path = path + ".sqlite";

		if ( info$options$rocksdb$path == "" )
			info$options$rocksdb$path = path + ".rocksdb";
		}

	if ( persistent && info$backend == Broker::MEMORY )
		info$backend = default_persistent_backend;
	}

# The name of the node that owns a store. Whoever asks for a store that nobody owns cannot go on.
function store_owner(info: StoreInfo): string
	{
	if ( info$master_node != "" )
		{
		if ( info$master_node !in nodes )
			Reporter::fatal(fmt("master node '%s' for cluster store '%s' does not exist",
			                    info$master_node, info$name));

		return info$master_node;
		}

	local managers = nodes_with_type(MANAGER);

	if ( |managers| == 0 )
		Reporter::fatal(fmt("empty master node name for cluster store '%s', but there's no manager node to default",
		                    info$name));

	return managers[0]$name;
	}

function create_store(name: string, persistent: bool): StoreInfo
	{
	local info = stores[name];
	info$name = name;
	complete_store_settings(info, persistent);

	if ( ! is_enabled() )
		{
		if ( info?$store )
			{
			Reporter::warning(fmt("duplicate cluster store creation for %s", name));
			return info;
			}

		info$store = Broker::create_master(name, info$backend, info$options);
		info$master = T;
		stores[name] = info;
		return info;
		}

	info$master_node = store_owner(info);
	info$master = node == info$master_node;
	stores[name] = info;

	if ( info$master )
		info$store = Broker::create_master(name, info$backend, info$options);
	else
		info$store = Broker::create_clone(name, info$clone_resync_interval, info$clone_stale_interval,
		                                  info$clone_mutation_buffer_interval);

	Cluster::log(fmt("created %s store: %s", info$master ? "master" : "clone", name));
	return info;
	}

function log(msg: string)
	{
	local line = Info($ts=network_time(), $node=node, $message=msg);

	if ( hook log_policy(line, Cluster::LOG, Log::get_filter(Cluster::LOG, "default")) )
		Log::write(Cluster::LOG, line);
	}

function init(): bool
	{
	return T;
	}

function listen_websocket(options: WebSocketServerOptions): bool
	{
	return Cluster::__listen_websocket(options);
	}

# A WebSocket client as cluster.log has it.
function client_text(client: EndpointInfo): string
	{
	local text = fmt("'%s' (%s:%d)", client$id, client$network$address, client$network$bound_port);
	return client?$application_name ? fmt("%s application_name=%s", text, client$application_name) : text;
	}

event Cluster::websocket_client_added(endpoint: EndpointInfo, subscriptions: string_vec)
	{
	Cluster::log(fmt("WebSocket client %s subscribed to %s", client_text(endpoint), subscriptions));
	}

event Cluster::websocket_client_lost(endpoint: EndpointInfo, code: count, reason: string)
	{
	Cluster::log(fmt("WebSocket client %s gone with code %d%s", client_text(endpoint), code,
	                 reason == "" ? "" : fmt(" and reason '%s'", reason)));
	}

event Cluster::Backend::error(tag: string, message: string)
	{
	Reporter::error(fmt("Cluster::Backend::error: %s (%s)", tag, message));
	}
