##! Computes the sum.

@load ../main

module SumStats;

export {
	redef enum Calculation += {
		SUM,	##< The sum; of texts, their number.
	};

	redef record ResultVal += {
		sum: double &default=0.0;	##< The sum of all values.
	};
}

hook register_observe_plugins()
	{
	register_observe_plugin(SUM, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		rv$sum += val;
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	result$sum = rv1$sum + rv2$sum;
	}
