##! Summary statistics in a cluster. Each node collects for itself. At the end of an epoch the manager goes through the
##! keys: it asks the nodes for a key each, then for the results of these keys, puts them together, and starts over until
##! no node has a key left. In between, a node tells the manager of a key that might have reached a threshold over all.

@load base/frameworks/cluster
@load ./main

module SumStats;

export {
	## The share of a threshold that a node has to see by itself before it tells the manager of the key.
	const cluster_request_global_view_percent = 0.2 &redef;

	## How many such keys the manager follows up at a time. It lets others go.
	const max_outstanding_global_views = 10 &redef;

	## The manager ends an epoch: set the results aside.
	global cluster_ss_request: event(uid: string, ss_name: string, cleanup: bool);

	## The manager asks for the results of a key.
	global cluster_get_result: event(uid: string, ss_name: string, key: Key, cleanup: bool);

	## A node answers `SumStats::cluster_get_result`.
	global cluster_send_result: event(uid: string, ss_name: string, key: Key, result: Result, cleanup: bool);

	## A node tells of a key that might have reached a threshold.
	global cluster_key_intermediate_response: event(ss_name: string, key: SumStats::Key);

	## Results on their way; raised by nobody any more.
	global send_data: event(uid: string, ss_name: string, data: ResultTable, cleanup: bool);

	## The manager asks for a key.
	global get_a_key: event(uid: string, ss_name: string, cleanup: bool &default=F);

	## A node answers `SumStats::get_a_key`.
	global send_a_key: event(uid: string, ss_name: string, key: Key);

	## A node answers `SumStats::get_a_key`: it has none left.
	global send_no_key: event(uid: string, ss_name: string);

	## The manager tells that a key has reached a threshold over all.
	global cluster_threshold_crossed: event(ss_name: string, key: SumStats::Key, thold_index: count);
}

# The keys that nodes told of, or the manager followed up, a short while ago.
global recent_global_view_keys: set[string, Key] &create_expire=1min;

@if ( Cluster::local_node_type() != Cluster::MANAGER )

event bro_init() &priority=100
	{
	Broker::auto_publish(Cluster::manager_topic, SumStats::cluster_send_result);
	Broker::auto_publish(Cluster::manager_topic, SumStats::cluster_key_intermediate_response);
	Broker::auto_publish(Cluster::manager_topic, SumStats::send_a_key);
	Broker::auto_publish(Cluster::manager_topic, SumStats::send_no_key);
	}

# The results set aside, by the manager's request.
global sending_results: table[string] of ResultTable = table() &read_expire=1min;

function data_added(ss: SumStat, key: Key, result: Result)
	{
	if ( [ss$name, key] in recent_global_view_keys )
		return;

	if ( check_thresholds(ss, key, result, cluster_request_global_view_percent) )
		{
		event SumStats::cluster_key_intermediate_response(ss$name, key);
		add recent_global_view_keys[ss$name, key];
		}
	}

# Answers the manager with one of the keys in a table.
function send_key_of(uid: string, ss_name: string, data: ResultTable)
	{
	for ( key in data )
		{
		event SumStats::send_a_key(uid, ss_name, key);
		return;
		}

	event SumStats::send_no_key(uid, ss_name);
	}

event SumStats::get_a_key(uid: string, ss_name: string, cleanup: bool)
	{
	if ( uid in sending_results )
		send_key_of(uid, ss_name, sending_results[uid]);
	else if ( ! cleanup && ss_name in result_store )
		send_key_of(uid, ss_name, result_store[ss_name]);
	else
		event SumStats::send_no_key(uid, ss_name);
	}

event SumStats::cluster_ss_request(uid: string, ss_name: string, cleanup: bool)
	{
	sending_results[uid] = ss_name in result_store ? result_store[ss_name] : ResultTable();

	# The new epoch starts with a new table; the old one is kept above.
	if ( cleanup && ss_name in stats_store )
		reset(stats_store[ss_name]);
	}

event SumStats::cluster_get_result(uid: string, ss_name: string, key: Key, cleanup: bool)
	{
	local result = Result();

	# An empty answer is one too: the manager counts them.
	if ( cleanup )
		{
		if ( uid in sending_results && key in sending_results[uid] )
			{
			result = sending_results[uid][key];
			delete sending_results[uid][key];
			}
		}
	else if ( ss_name in result_store && key in result_store[ss_name] )
		result = copy(result_store[ss_name][key]);

	event SumStats::cluster_send_result(uid, ss_name, key, result, cleanup);
	}

event SumStats::cluster_threshold_crossed(ss_name: string, key: SumStats::Key, thold_index: count)
	{
	if ( ss_name !in threshold_tracker )
		threshold_tracker[ss_name] = table();

	threshold_tracker[ss_name][key] = thold_index;
	}

# Only the manager can ask. As nodes often run the same scripts as it does, the others keep quiet about that.
function request_key(ss_name: string, key: Key): Result
	{
	return Result();
	}

@else

event bro_init() &priority=100
	{
	Broker::auto_publish(Cluster::worker_topic, SumStats::cluster_ss_request);
	Broker::auto_publish(Cluster::worker_topic, SumStats::cluster_get_result);
	Broker::auto_publish(Cluster::worker_topic, SumStats::cluster_threshold_crossed);
	Broker::auto_publish(Cluster::worker_topic, SumStats::get_a_key);
	}

# The keys that nodes sent, by request. A request that nothing comes of is given up.
global stats_keys: table[string] of set[Key] &read_expire=1min
	&expire_func=function(s: table[string] of set[Key], idx: string): interval
		{
		Reporter::warning(fmt("SumStat key request for the %s SumStat uid took longer than 1 minute and was automatically cancelled.", idx));
		return 0secs;
		};

# How many nodes have answered, and what their answers come to so far, by request.
global done_with: table[string] of count &read_expire=1min &default=0;
global key_requests: table[string] of Result &read_expire=1min;

# The requests that request_key() made; it looks after them itself.
global dynamic_requests: set[string] &read_expire=1min;

# The requests for keys that nodes told of, by collection.
global outstanding_global_views: table[string] of set[string] &read_expire=1min;

const zero_time = double_to_time(0.0);

event SumStats::finish_epoch(ss: SumStat)
	{
	if ( network_time() > zero_time )
		{
		local uid = unique_id("");
		stats_keys[uid] = set();
		done_with[uid] = 0;

		event SumStats::cluster_ss_request(uid, ss$name, T);
		event SumStats::get_a_key(uid, ss$name, T);
		}

	schedule ss$epoch { SumStats::finish_epoch(ss) };
	}

# Acts on a threshold that has been reached, and tells the nodes.
function check_and_tell(ss: SumStat, key: Key, result: Result)
	{
	if ( ! check_thresholds(ss, key, result, 1.0) )
		return;

	threshold_crossed(ss, key, result);
	event SumStats::cluster_threshold_crossed(ss$name, key, get_threshold_index(ss$name, key));
	}

# The manager may observe something itself.
function data_added(ss: SumStat, key: Key, result: Result)
	{
	check_and_tell(ss, key, result);
	}

# All nodes have sent their results for a key.
function handle_end_of_result_collection(uid: string, ss_name: string, key: Key, cleanup: bool)
	{
	if ( uid !in key_requests )
		{
		Reporter::warning(fmt("Tried to handle end of result collection with missing uid in key_request sumstat:%s, key:%s.", ss_name, key));
		return;
		}

	local ss = stats_store[ss_name];
	local result = key_requests[uid];
	check_and_tell(ss, key, result);

	if ( cleanup && ss?$epoch_result && |result| > 0 )
		ss$epoch_result(network_time(), key, result);

	if ( ss_name in outstanding_global_views )
		delete outstanding_global_views[ss_name][uid];

	delete key_requests[uid];
	delete done_with[uid];
	}

# Asks for the results of one of the keys at hand, or for further keys.
function request_all_current_keys(uid: string, ss_name: string, cleanup: bool)
	{
	done_with[uid] = 0;

	if ( uid in stats_keys )
		for ( key in stats_keys[uid] )
			{
			event SumStats::cluster_get_result(uid, ss_name, key, cleanup);
			delete stats_keys[uid][key];
			return;
			}

	event SumStats::get_a_key(uid, ss_name, cleanup);
	}

# Counts an answer about keys. With the last one, goes on to the results, or ends the epoch where there are no keys.
function count_key_answer(uid: string, ss_name: string)
	{
	++done_with[uid];

	if ( Cluster::worker_count != done_with[uid] )
		return;

	delete done_with[uid];

	if ( uid in stats_keys && |stats_keys[uid]| > 0 )
		{
		request_all_current_keys(uid, ss_name, T);
		return;
		}

	local ss = stats_store[ss_name];

	if ( ss?$epoch_finished )
		ss$epoch_finished(network_time());

	delete stats_keys[uid];
	reset(ss);
	}

event SumStats::send_no_key(uid: string, ss_name: string)
	{
	count_key_answer(uid, ss_name);
	}

event SumStats::send_a_key(uid: string, ss_name: string, key: Key)
	{
	if ( uid !in stats_keys )
		{
		Reporter::warning(fmt("Manager received a uid for an unknown request.  SumStat: %s, Key: %s", ss_name, key));
		return;
		}

	add stats_keys[uid][key];
	count_key_answer(uid, ss_name);
	}

event SumStats::cluster_send_result(uid: string, ss_name: string, key: Key, result: Result, cleanup: bool)
	{
	if ( uid in key_requests && |key_requests[uid]| > 0 )
		key_requests[uid] = compose_results(key_requests[uid], result);
	else
		key_requests[uid] = result;

	++done_with[uid];

	if ( uid in dynamic_requests || Cluster::worker_count != done_with[uid] )
		return;

	handle_end_of_result_collection(uid, ss_name, key, cleanup);

	if ( cleanup )
		request_all_current_keys(uid, ss_name, cleanup);
	}

event SumStats::cluster_key_intermediate_response(ss_name: string, key: Key)
	{
	if ( [ss_name, key] in recent_global_view_keys )
		return;

	add recent_global_view_keys[ss_name, key];

	if ( ss_name !in outstanding_global_views )
		outstanding_global_views[ss_name] = set();
	else if ( |outstanding_global_views[ss_name]| > max_outstanding_global_views )
		return;

	local uid = unique_id("");
	add outstanding_global_views[ss_name][uid];
	done_with[uid] = 0;
	event SumStats::cluster_get_result(uid, ss_name, key, F);
	}

function request_key(ss_name: string, key: Key): Result
	{
	local uid = unique_id("");
	done_with[uid] = 0;
	key_requests[uid] = table();
	add dynamic_requests[uid];

	event SumStats::cluster_get_result(uid, ss_name, key, F);

	return when ( uid in done_with && Cluster::worker_count == done_with[uid] )
		{
		local result = key_requests[uid];
		delete key_requests[uid];
		delete done_with[uid];
		delete dynamic_requests[uid];
		return result;
		}
	timeout 1.1min
		{
		Reporter::warning(fmt("Dynamic SumStat key request for %s in SumStat %s took longer than 1 minute and was automatically cancelled.", key, ss_name));
		return Result();
		}
	}

@endif
