##! Summary statistics on a node that is alone.

@load ./main

module SumStats;

# Hands out results a few at a time, so that others get their turn between.
event SumStats::process_epoch_result(ss: SumStat, now: time, data: ResultTable)
	{
	local done: vector of Key = vector();

	for ( key in data )
		{
		ss$epoch_result(now, key, data[key]);
		done += key;

		if ( |done| == 50 )
			break;
		}

	for ( i in done )
		delete data[done[i]];

	if ( |data| > 0 )
		schedule 0.01 secs { SumStats::process_epoch_result(ss, now, data) };
	else if ( ss?$epoch_finished )
		ss$epoch_finished(now);
	}

event SumStats::finish_epoch(ss: SumStat)
	{
	if ( ss$name in result_store )
		{
		local data = result_store[ss$name];
		local now = network_time();

		if ( ss?$epoch_result )
			{
			if ( bro_is_terminating() )
				{
				# There will be no other turn.
				for ( key in data )
					ss$epoch_result(now, key, data[key]);

				if ( ss?$epoch_finished )
					ss$epoch_finished(now);
				}
			else if ( |data| > 0 )
				event SumStats::process_epoch_result(ss, now, copy(data));
			}

		reset(ss);
		}

	schedule ss$epoch { SumStats::finish_epoch(ss) };
	}

function data_added(ss: SumStat, key: Key, result: Result)
	{
	if ( check_thresholds(ss, key, result, 1.0) )
		threshold_crossed(ss, key, result);
	}

# The answers are there at once; `when` makes asking look as in a cluster.

function request(ss_name: string): ResultTable
	{
	return when ( T )
		{
		return ss_name in result_store ? result_store[ss_name] : ResultTable();
		}
	}

function request_key(ss_name: string, key: Key): Result
	{
	return when ( T )
		{
		if ( ss_name !in result_store || key !in result_store[ss_name] )
			return Result();

		return result_store[ss_name][key];
		}
	}
