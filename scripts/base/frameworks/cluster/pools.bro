##! Pools: groups of nodes that share work or data. One asks a pool which of its living members a key belongs to
##! (Cluster::hrw_topic) or whose turn it is (Cluster::rr_topic), and sends there.
##!
##! Which nodes a pool has is settled in bro_init at priority -5, from the layout alone, so that all nodes of a cluster
##! agree. Which of them live follows from Cluster::node_up and Cluster::node_down.

@load ./main
@load base/utils/hash_hrw

module Cluster;

export {
	## A member of a pool.
	type PoolNode: record {
		## The node's name.
		name: string;
		## The name with a number behind it, chosen so that no two members of a pool have the same *site_id*.
		alias: string;
		## A hash of *alias* of 32 bits, by which keys choose members.
		site_id: count;
		## Whether the node can take work now.
		alive: bool &default=F;
	};

	## What a pool should be.
	type PoolSpec: record {
		## The topic that all members hear.
		topic: string &default = "";
		## The type of the members.
		node_type: Cluster::NodeType &default = Cluster::PROXY;
		## Most members it takes; without it, it takes all it can get.
		max_nodes: count &optional;
		## Whether its members belong to no other pool. Needs *max_nodes*.
		exclusive: bool &default = F;
	};

	## The members of a pool by name.
	type PoolNodeTable: table[string] of PoolNode;

	## For every rotation, the place in the list of members where it goes on.
	type RoundRobinTable: table[string] of int;

	## A pool.
	type Pool: record {
		## What it should be.
		spec: PoolSpec &default = PoolSpec();
		## Its members by name.
		nodes: PoolNodeTable &default = PoolNodeTable();
		## Its members in the order in which rotations take them.
		node_list: vector of PoolNode &default = vector();
		## Its living members as keys choose among them.
		hrw_pool: HashHRW::Pool &default = HashHRW::Pool();
		## Where each rotation goes on.
		rr_key_seq: RoundRobinTable &default = RoundRobinTable();
		## How many members live.
		alive_count: count &default = 0;
	};

	## What Cluster::proxy_pool should be.
	global proxy_pool_spec: PoolSpec =
		PoolSpec($topic = "bro/cluster/pool/proxy",
		         $node_type = Cluster::PROXY) &redef;

	## What Cluster::worker_pool should be.
	global worker_pool_spec: PoolSpec =
		PoolSpec($topic = "bro/cluster/pool/worker",
		         $node_type = Cluster::WORKER) &redef;

	## What Cluster::logger_pool should be.
	global logger_pool_spec: PoolSpec =
		PoolSpec($topic = "bro/cluster/pool/logger",
		         $node_type = Cluster::LOGGER) &redef;

	## The pool of the proxies.
	global proxy_pool: Pool;

	## The pool of the workers.
	global worker_pool: Pool;

	## The pool of the loggers; the manager is in it while Cluster::manager_is_logger is set.
	global logger_pool: Pool;

	## Adds a pool to those that get members. Call it in bro_init at a priority above -5. Returns the pool.
	global register_pool: function(spec: PoolSpec): Pool;

	## Returns the topic of the living member that *key* belongs to, by rendezvous hashing: when a member comes or
	## goes, only its own keys move. Empty if no member lives.
	global hrw_topic: function(pool: Pool, key: any): string;

	## Returns the topic of the living member whose turn it is in the rotation named *key*. Empty if no member lives.
	global rr_topic: function(pool: Pool, key: string &default=""): string;

	## Returns the topic of the logger whose turn it is, Broker::default_log_topic if no logger lives.
	## With Cluster::enable_round_robin_logging it is what Broker::log_topic calls.
	global rr_log_topic: function(id: Log::ID, path: string): string;
}

# All pools; sorted by topic once members are assigned.
global registered_pools: vector of Pool = vector();

# Which node first used a site id, "" once a second one has. It saves looking through a pool for every member.
global site_id_users: table[count] of string;

function register_pool(spec: PoolSpec): Pool
	{
	local pool = Pool($spec=spec);
	registered_pools += pool;
	return pool;
	}

function hrw_topic(pool: Pool, key: any): string
	{
	if ( |pool$hrw_pool$sites| == 0 )
		return "";

	local site = HashHRW::get_site(pool$hrw_pool, key);
	local member: PoolNode = site$user_data;
	return node_topic(member$name);
	}

function rr_topic(pool: Pool, key: string): string
	{
	if ( key !in pool$rr_key_seq )
		pool$rr_key_seq[key] = 0;

	local size = |pool$node_list|;
	local next_idx = pool$rr_key_seq[key];
	local asked = 0;

	while ( asked < size )
		{
		local member = pool$node_list[next_idx];
		next_idx = (next_idx + 1) % size;
		++asked;

		if ( member$alive )
			{
			pool$rr_key_seq[key] = next_idx;
			return node_topic(member$name);
			}
		}

	return "";
	}

function rr_log_topic(id: Log::ID, path: string): string
	{
	local topic = rr_topic(logger_pool, "Cluster::rr_log_topic");
	return topic != "" ? topic : Broker::default_log_topic(id, path);
	}

# Whether a member of the pool other than *name* has this site id.
function site_id_in_pool(pool: Pool, site_id: count, name: string): bool
	{
	if ( site_id !in site_id_users )
		{
		site_id_users[site_id] = name;
		return F;
		}

	if ( site_id_users[site_id] == name )
		return F;

	site_id_users[site_id] = "";

	for ( i in pool$node_list )
		{
		if ( pool$node_list[i]$site_id == site_id )
			return T;
		}

	return F;
	}

# Adds a node to a pool. Returns F if it was in it.
function init_pool_node(pool: Pool, name: string): bool
	{
	if ( name in pool$nodes )
		return F;

	local attempt = 0;
	local alias = name + ".0";
	local site_id = fnv1a32(alias);

	while ( site_id_in_pool(pool, site_id, name) )
		{
		++attempt;
		alias = fmt("%s.%d", name, attempt);
		site_id = fnv1a32(alias);
		}

	local member = PoolNode($name=name, $alias=alias, $site_id=site_id, $alive=node == name);
	pool$nodes[name] = member;
	pool$node_list += member;

	if ( member$alive )
		++pool$alive_count;

	return T;
	}

# Lets a member get work. Returns F if the node is not in the pool.
function mark_pool_node_alive(pool: Pool, name: string): bool
	{
	if ( name !in pool$nodes )
		return F;

	local member = pool$nodes[name];

	if ( ! member$alive )
		{
		member$alive = T;
		++pool$alive_count;
		}

	HashHRW::add_site(pool$hrw_pool, HashHRW::Site($id=member$site_id, $user_data=member));
	return T;
	}

# Keeps work from a member. Returns F if the node is not in the pool.
function mark_pool_node_dead(pool: Pool, name: string): bool
	{
	if ( name !in pool$nodes )
		return F;

	local member = pool$nodes[name];

	if ( member$alive )
		{
		member$alive = F;
		--pool$alive_count;
		}

	HashHRW::rem_site(pool$hrw_pool, HashHRW::Site($id=member$site_id, $user_data=member));
	return T;
	}

event Cluster::node_up(name: string, id: string) &priority=10
	{
	for ( i in registered_pools )
		mark_pool_node_alive(registered_pools[i], name);
	}

event Cluster::node_down(name: string, id: string) &priority=10
	{
	for ( i in registered_pools )
		mark_pool_node_dead(registered_pools[i], name);
	}

event bro_init()
	{
	worker_pool = register_pool(worker_pool_spec);
	proxy_pool = register_pool(proxy_pool_spec);
	logger_pool = register_pool(logger_pool_spec);
	}

# The nodes of one type while they are dealt out to pools.
type PoolEligibilityTracking: record {
	# Those that no exclusive pool took.
	eligible_nodes: vector of NamedNode &default = vector();
	# Who is next for a pool that does not take all.
	next_idx: count &default = 0;
	# How many the exclusive pools want.
	excluded: count &default = 0;
};

global pool_eligibility: table[Cluster::NodeType] of PoolEligibilityTracking = table();

# The first *wanted* nodes go to this pool alone.
function fill_exclusive_pool(pool: Pool, tracking: PoolEligibilityTracking, wanted: count)
	{
	local rest: vector of NamedNode = vector();

	for ( i in tracking$eligible_nodes )
		{
		if ( i < wanted )
			init_pool_node(pool, tracking$eligible_nodes[i]$name);
		else
			rest += tracking$eligible_nodes[i];
		}

	tracking$eligible_nodes = rest;
	}

# Nodes go to shared pools in turn, so that small pools do not all get the same ones.
function fill_shared_pool(pool: Pool, tracking: PoolEligibilityTracking)
	{
	local available = |tracking$eligible_nodes|;
	local wanted = available;

	if ( pool$spec?$max_nodes && pool$spec$max_nodes < available )
		wanted = pool$spec$max_nodes;

	while ( wanted > 0 )
		{
		init_pool_node(pool, tracking$eligible_nodes[tracking$next_idx]$name);
		tracking$next_idx = (tracking$next_idx + 1) % available;
		--wanted;
		}
	}

# Members are dealt out before ./setup-connections subscribes to the pools' topics.
event bro_init() &priority=-5
	{
	if ( ! is_enabled() )
		return;

	# In the order of their topics, for the order of registration may differ from node to node.
	sort(registered_pools, function(a: Pool, b: Pool): int
		{
		return strcmp(a$spec$topic, b$spec$topic);
		});

	pool_eligibility[WORKER] = PoolEligibilityTracking($eligible_nodes=nodes_with_type(WORKER));
	pool_eligibility[PROXY] = PoolEligibilityTracking($eligible_nodes=nodes_with_type(PROXY));

	local loggers = nodes_with_type(LOGGER);

	if ( manager_is_logger )
		{
		local managers = nodes_with_type(MANAGER);

		if ( |managers| > 0 )
			loggers += managers[0];
		}

	pool_eligibility[LOGGER] = PoolEligibilityTracking($eligible_nodes=loggers);

	for ( i in registered_pools )
		{
		local spec = registered_pools[i]$spec;

		if ( spec$node_type !in pool_eligibility )
			Reporter::fatal(fmt("invalid pool node type: %s", spec$node_type));

		if ( ! spec$exclusive )
			next;

		if ( ! spec?$max_nodes )
			Reporter::fatal("Cluster::PoolSpec 'max_nodes' field must be set when using the 'exclusive' flag");

		pool_eligibility[spec$node_type]$excluded += spec$max_nodes;
		}

	for ( node_type in pool_eligibility )
		{
		local needed = pool_eligibility[node_type]$excluded;

		if ( needed > |pool_eligibility[node_type]$eligible_nodes| )
			Reporter::fatal(fmt("not enough %s nodes to satisfy pool exclusivity requirements: need %d nodes",
			                    node_type, needed));
		}

	for ( j in registered_pools )
		{
		local exclusive_pool = registered_pools[j];

		if ( exclusive_pool$spec$exclusive )
			fill_exclusive_pool(exclusive_pool, pool_eligibility[exclusive_pool$spec$node_type],
			                    exclusive_pool$spec$max_nodes);
		}

	for ( k in registered_pools )
		{
		local shared_pool = registered_pools[k];

		if ( ! shared_pool$spec$exclusive )
			fill_shared_pool(shared_pool, pool_eligibility[shared_pool$spec$node_type]);
		}
	}
