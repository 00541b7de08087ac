##! Summary statistics: scripts put observations into streams, reducers boil the observations down to results for each
##! key, and a `SumStats::SumStat` says what to do with the results at regular times or when they cross
##! thresholds. In a cluster, the results of all nodes are put together on the manager.

module SumStats;

export {
	## What reducers can compute. The plugins add to it.
	type Calculation: enum {
		PLACEHOLDER,	##< Nothing.
	};

	## What observations are sorted by.
	type Key: record {
		## Anything that is no address, or a part of an address's observations.
		str: string &optional;
		## An address.
		host: addr &optional;
	};

	## Something observed: one of the fields. A text counts as 1.
	type Observation: record {
		num: count &optional;	##< A whole number.
		dbl: double &optional;	##< A number.
		str: string &optional;	##< A text.
	};

	## Boils a stream's observations down.
	type Reducer: record {
		## The stream.
		stream: string;
		## What to compute.
		apply: set[Calculation];
		## Tells whether an observation counts.
		pred: function(key: SumStats::Key, obs: SumStats::Observation): bool &optional;
		## Puts another key in place of a key.
		normalize_key: function(key: SumStats::Key): Key &optional;
	};

	## What a stream's observations for a key boiled down to. The plugins add to it.
	type ResultVal: record {
		begin: time;	##< When the first observation was made.
		end: time;	##< When the last one was made.
		num: count &default=0;	##< How many there were.
	};

	## Results for a key, by stream.
	type Result: table[string] of ResultVal;

	## Results by key.
	type ResultTable: table[Key] of Result;

	## Reducers, and what to do with their results. The functions should use nothing but their arguments, for in a
	## cluster they may run on any node.
	type SumStat: record {
		## Its name.
		name: string;
		## How long to collect before results are handed out and dropped.
		epoch: interval;
		## The reducers.
		reducers: set[Reducer];
		## Computes what is held against the thresholds; needed where there are any.
		threshold_val: function(key: SumStats::Key, result: SumStats::Result): double &optional;
		## A threshold.
		threshold: double &optional;
		## Thresholds that come one after the other, ascending.
		threshold_series: vector of double &optional;
		## Called when a threshold is reached, once in an epoch for each.
		threshold_crossed: function(key: SumStats::Key, result: SumStats::Result) &optional;
		## Called for each key at the end of an epoch.
		epoch_result: function(ts: time, key: SumStats::Key, result: SumStats::Result) &optional;
		## Called after the last of these.
		epoch_finished: function(ts: time) &optional;
	};

	## Starts collecting.
	##
	## ss: what to collect, and what for.
	global create: function(ss: SumStats::SumStat);

	## Puts an observation into a stream.
	##
	## id: the stream.
	##
	## key: the key.
	##
	## obs: the observation.
	global observe: function(id: string, key: SumStats::Key, obs: SumStats::Observation);

	## Asks for what a key's observations have boiled down to so far. For use in `when` only.
	##
	## ss_name: the name of what is collected.
	##
	## key: the key.
	##
	## Returns: the results, by stream.
	global request_key: function(ss_name: string, key: Key): Result;

	## Formats a key.
	##
	## key: the key.
	##
	## Returns: a text such as "sumstats_key(host=1.2.3.4, str=x)".
	global key2str: function(key: SumStats::Key): string;
}

# What a plugin does with an observation. A text comes as the value 1.
type ObserveFunc: function(r: Reducer, val: double, data: Observation, rv: ResultVal);

redef record Reducer += {
	# The collection it belongs to.
	ssname: string &optional;
	# What to compute, in order, with what that depends on.
	calc_funcs: vector of Calculation &optional;
};

# How many thresholds have been reached, by collection and key.
global threshold_tracker: table[string] of table[Key] of count;

# The collections by name, the reducers by stream, and the results by collection.
global stats_store: table[string] of SumStat = table();
global reducer_store: table[string] of set[Reducer] = table();
global result_store: table[string] of ResultTable = table();

# The plugins, and which of them need others to run first.
global calc_store: table[Calculation] of ObserveFunc = table();
global calc_deps: table[Calculation] of vector of Calculation = table();

# Plugins handle these to enter themselves, to set a new result up, and to put two results together.
global register_observe_plugins: hook();
global init_resultval_hook: hook(r: Reducer, rv: ResultVal);
global compose_resultvals_hook: hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal);

# Called when a result has changed. Another function in a cluster than elsewhere.
global data_added: function(ss: SumStat, key: Key, result: Result);

# An epoch is over.
global finish_epoch: event(ss: SumStat);

function key2str(key: Key): string
	{
	local parts: string_vec = vector();

	if ( key?$host )
		parts += cat("host=", key$host);

	if ( key?$str )
		parts += cat("str=", key$str);

	return fmt("sumstats_key(%s)", join_string_vec(parts, ", "));
	}

function register_observe_plugin(calc: Calculation, func: ObserveFunc)
	{
	calc_store[calc] = func;
	}

function add_observe_plugin_dependency(calc: Calculation, depends_on: Calculation)
	{
	if ( calc !in calc_deps )
		calc_deps[calc] = vector();

	calc_deps[calc] += depends_on;
	}

event bro_init() &priority=100000
	{
	hook register_observe_plugins();
	}

function increment_threshold_tracker(ss_name: string, key: Key)
	{
	if ( ss_name !in threshold_tracker )
		threshold_tracker[ss_name] = table();

	if ( key !in threshold_tracker[ss_name] )
		threshold_tracker[ss_name][key] = 0;

	++threshold_tracker[ss_name][key];
	}

function get_threshold_index(ss_name: string, key: Key): count
	{
	if ( ss_name !in threshold_tracker || key !in threshold_tracker[ss_name] )
		return 0;

	return threshold_tracker[ss_name][key];
	}

function init_resultval(r: Reducer): ResultVal
	{
	local rv: ResultVal = [$begin=network_time(), $end=network_time()];
	hook init_resultval_hook(r, rv);
	return rv;
	}

# Thresholds look at all reducers' results, so those without observations get an empty one.
function complete_result(ss: SumStat, result: Result)
	{
	if ( |ss$reducers| == |result| )
		return;

	for ( r in ss$reducers )
		if ( r$stream !in result )
			result[r$stream] = init_resultval(r);
	}

function compose_resultvals(rv1: ResultVal, rv2: ResultVal): ResultVal
	{
	local result = ResultVal($begin = rv1$begin < rv2$begin ? rv1$begin : rv2$begin,
	                         $end = rv1$end > rv2$end ? rv1$end : rv2$end,
	                         $num = rv1$num + rv2$num);

	hook compose_resultvals_hook(result, rv1, rv2);
	return result;
	}

function compose_results(r1: Result, r2: Result): Result
	{
	local result: Result = table();

	for ( id in r1 )
		result[id] = id in r2 ? compose_resultvals(r1[id], r2[id]) : r1[id];

	for ( id in r2 )
		if ( id !in r1 )
			result[id] = r2[id];

	return result;
	}

# Forgets results and thresholds. Whoever still holds the results keeps them.
function reset(ss: SumStat)
	{
	result_store[ss$name] = table();

	if ( ss$name in threshold_tracker )
		threshold_tracker[ss$name] = table();
	}

function has_calc(calcs: vector of Calculation, calc: Calculation): bool
	{
	for ( i in calcs )
		if ( calcs[i] == calc )
			return T;

	return F;
	}

# Adds a calculation behind those that it depends on. Plugins must not depend on each other in a circle.
function add_calc(calcs: vector of Calculation, calc: Calculation)
	{
	if ( calc in calc_deps )
		{
		local needed = calc_deps[calc];

		for ( i in needed )
			add_calc(calcs, needed[i]);
		}

	if ( ! has_calc(calcs, calc) )
		calcs += calc;
	}

function create(ss: SumStat)
	{
	local has_thresholds = ss?$threshold || ss?$threshold_series;

	if ( has_thresholds && ! ss?$threshold_val )
		Reporter::error("SumStats given a threshold with no $threshold_val function");

	stats_store[ss$name] = ss;

	if ( has_thresholds )
		threshold_tracker[ss$name] = table();

	for ( r in ss$reducers )
		{
		r$ssname = ss$name;
		r$calc_funcs = vector();

		for ( calc in r$apply )
			add_calc(r$calc_funcs, calc);

		if ( r$stream !in reducer_store )
			reducer_store[r$stream] = set();

		add reducer_store[r$stream][r];
		}

	reset(ss);
	schedule ss$epoch { SumStats::finish_epoch(ss) };
	}

# Whether more observations for a key would make no difference, for all thresholds are reached. With a single threshold
# they still do where someone wants the results.
function is_settled(ss: SumStat, key: Key): bool
	{
	local reached = get_threshold_index(ss$name, key);

	if ( reached == 0 )
		return F;

	if ( ss?$threshold_series && reached == |ss$threshold_series| )
		return T;

	return ss?$threshold && ! ss?$epoch_result;
	}

# The result of a stream for a key, set up where there is none yet.
function get_resultval(r: Reducer, key: Key): ResultVal
	{
	if ( r$ssname !in result_store )
		result_store[r$ssname] = table();

	local results = result_store[r$ssname];

	if ( key !in results )
		results[key] = table();

	if ( r$stream !in results[key] )
		results[key][r$stream] = init_resultval(r);

	return results[key][r$stream];
	}

function observe(id: string, orig_key: Key, obs: Observation)
	{
	if ( id !in reducer_store )
		return;

	local val = 1.0;

	if ( obs?$num )
		val = obs$num;
	else if ( obs?$dbl )
		val = obs$dbl;

	for ( r in reducer_store[id] )
		{
		local key = r?$normalize_key ? r$normalize_key(copy(orig_key)) : orig_key;

		if ( r?$pred && ! r$pred(key, obs) )
			next;

		local ss = stats_store[r$ssname];

		if ( is_settled(ss, key) )
			next;

		local rv = get_resultval(r, key);
		++rv$num;
		rv$end = network_time();

		local calcs = r$calc_funcs;

		for ( i in calcs )
			calc_store[calcs[i]](r, val, obs, rv);

		data_added(ss, key, result_store[r$ssname][key]);
		}
	}

# Tells whether a result reaches the next threshold. A cluster's nodes ask for a share of it only, *modify_pct*.
function check_thresholds(ss: SumStat, key: Key, result: Result, modify_pct: double): bool
	{
	if ( ! (ss?$threshold || ss?$threshold_series || ss?$threshold_crossed) )
		return F;

	complete_result(ss, result);

	local watch = ss$threshold_val(key, result);

	if ( modify_pct < 1.0 && modify_pct > 0.0 )
		watch = watch / modify_pct;

	local reached = get_threshold_index(ss$name, key);

	if ( ss?$threshold && reached == 0 && watch >= ss$threshold )
		return T;

	return ss?$threshold_series && |ss$threshold_series| > reached && watch >= ss$threshold_series[reached];
	}

# Counts a threshold as reached, and tells whoever wants to know.
function threshold_crossed(ss: SumStat, key: Key, result: Result)
	{
	if ( ! ss?$threshold_crossed )
		return;

	increment_threshold_tracker(ss$name, key);
	complete_result(ss, result);
	ss$threshold_crossed(key, result);
	}
