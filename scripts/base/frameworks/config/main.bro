##! Changes options while the program runs, on all nodes of a cluster, and writes each change to `config.log`.

@load base/frameworks/cluster

module Config;

export {
	redef enum Log::ID += { LOG };

	## A line of `config.log`.
	type Info: record {
		ts: time &log;	##< When the option changed.
		id: string &log;	##< Its name.
		old_value: string &log;	##< Its value before.
		new_value: string &log;	##< Its value now.
		location: string &optional &log;	##< Where the change came from.
	};

	## Raised for each line of `config.log`.
	global log_config: event(rec: Info);

	## Changes an option on this node and, in a cluster, on all others. `Option::set` changes it here only.
	##
	## ID: the option's name.
	##
	## val: its new value.
	##
	## location: where the change comes from.
	##
	## Returns: whether the option exists and takes the value.
	global set_value: function(ID: string, val: any, location: string &default = "" &optional): bool;
}

@if ( Cluster::is_enabled() )

# What the manager tells nodes that come up later.
type OptionCacheValue: record {
	val: any;
	location: string;
};

global option_cache: table[string] of OptionCacheValue;

# Carries a change from node to node.
global Config::cluster_set_option: event(ID: string, val: any, location: string);

# No topic reaches every kind of node, and forwarding by Broker would run in circles, so each kind has its turn.
function broadcast_option(ID: string, val: any, location: string)
	{
	Broker::publish(Cluster::worker_topic, Config::cluster_set_option, ID, val, location);
	Broker::publish(Cluster::proxy_topic, Config::cluster_set_option, ID, val, location);
	Broker::publish(Cluster::logger_topic, Config::cluster_set_option, ID, val, location);
	}

# The manager keeps a change and passes it on.
function spread_option(ID: string, val: any, location: string)
	{
	option_cache[ID] = OptionCacheValue($val=val, $location=location);
	broadcast_option(ID, val, location);
	}

event Config::cluster_set_option(ID: string, val: any, location: string)
	{
@if ( Cluster::local_node_type() == Cluster::MANAGER )
	spread_option(ID, val, location);
@endif

	Option::set(ID, val, location);
	}

function set_value(ID: string, val: any, location: string &default = "" &optional): bool
	{
	# The caller may go on to change its container; the option keeps what it was given.
	val = copy(val);

	if ( ! Option::set(ID, val, location) )
		return F;

@if ( Cluster::local_node_type() == Cluster::MANAGER )
	spread_option(ID, val, location);
@else
	Broker::publish(Cluster::manager_topic, Config::cluster_set_option, ID, val, location);
@endif

	return T;
	}

@if ( Cluster::local_node_type() == Cluster::MANAGER )

event Cluster::node_up(name: string, id: string) &priority=-10
	{
	if ( name !in Cluster::nodes )
		return;

	local topic = Cluster::node_topic(name);

	for ( ID in option_cache )
		Broker::publish(topic, Config::cluster_set_option, ID, option_cache[ID]$val, option_cache[ID]$location);
	}

@endif

@else

function set_value(ID: string, val: any, location: string &default = "" &optional): bool
	{
	return Option::set(ID, val, location);
	}

@endif

# The text of a value for the log; elements of sets and vectors are joined by commas.
function format_value(value: any) : string
	{
	local kind = type_name(value);
	local elements: any_vec = vector();

	if ( /^set/ in kind )
		elements = Option::any_set_to_any_vec(value);
	else if ( /^vector/ in kind )
		elements = value;
	else
		return cat(value);

	local parts: string_vec = vector();

	for ( i in elements )
		parts += cat(elements[i]);

	return join_string_vec(parts, ",");
	}

# Runs after all other handlers of a change, and logs what they left of it.
function config_option_changed(ID: string, new_value: any, location: string): any
	{
	local line = Info($ts=network_time(), $id=ID, $old_value=format_value(lookup_ID(ID)),
	                  $new_value=format_value(new_value));

	if ( location != "" )
		line$location = location;

	Log::write(LOG, line);
	return new_value;
	}

event bro_init() &priority=10
	{
	Log::create_stream(LOG, [$columns=Info, $ev=log_config, $path="config"]);

	# The other nodes of a cluster only follow the manager.
@if ( ! Cluster::is_enabled() || Cluster::local_node_type() == Cluster::MANAGER )
	local globals = global_ids();

	for ( name in globals )
		if ( globals[name]$option_value )
			Option::set_change_handler(name, config_option_changed, -100);
@endif
	}
