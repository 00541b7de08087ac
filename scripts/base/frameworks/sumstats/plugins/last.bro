##! Keeps the last observations.

@load ../main
@load base/utils/queue

module SumStats;

export {
	redef enum Calculation += {
		LAST,	##< The last observations.
	};

	redef record Reducer += {
		num_last_elements: count &default=0;	##< How many to keep.
	};

	redef record ResultVal += {
		last_elements: Queue::Queue &optional;	##< The observations; `SumStats::get_last` reads them.
	};

	## Reads the observations that a result keeps.
	##
	## rv: the result.
	##
	## Returns: the observations, the oldest first.
	global get_last: function(rv: ResultVal): vector of Observation;
}

function get_last(rv: ResultVal): vector of Observation
	{
	local kept: any_vec = vector();
	local last: vector of Observation = vector();

	if ( rv?$last_elements )
		Queue::get_vector(rv$last_elements, kept);

	# Those from other nodes come as Broker's data and take their type here.
	for ( i in kept )
		last += kept[i] as Observation;

	return last;
	}

hook register_observe_plugins()
	{
	register_observe_plugin(LAST, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		if ( r$num_last_elements == 0 )
			return;

		if ( ! rv?$last_elements )
			rv$last_elements = Queue::init([$max_len=r$num_last_elements]);

		Queue::put(rv$last_elements, obs);
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	if ( rv1?$last_elements && rv2?$last_elements )
		result$last_elements = Queue::merge(rv1$last_elements, rv2$last_elements);
	else if ( rv1?$last_elements )
		result$last_elements = rv1$last_elements;
	else if ( rv2?$last_elements )
		result$last_elements = rv2$last_elements;
	}
