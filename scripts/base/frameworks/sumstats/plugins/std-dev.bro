##! Computes the standard deviation.

@load ./variance
@load ../main

module SumStats;

export {
	redef enum Calculation += {
		STD_DEV,	##< The standard deviation.
	};

	redef record ResultVal += {
		std_dev: double &default=0.0;	##< The standard deviation of all values.
	};
}

function calc_std_dev(rv: ResultVal)
	{
	if ( rv?$variance )
		rv$std_dev = sqrt(rv$variance);
	}

# Both after the variance.

hook register_observe_plugins() &priority=-10
	{
	register_observe_plugin(STD_DEV, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		calc_std_dev(rv);
		});
	add_observe_plugin_dependency(STD_DEV, VARIANCE);
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal) &priority=-10
	{
	calc_std_dev(result);
	}
