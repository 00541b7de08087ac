##! Estimates how many different values there are, in little memory.

@load ../main

module SumStats;

export {
	redef record Reducer += {
		hll_error_margin: double &default=0.01;	##< How far off the estimate may be.
		hll_confidence: double &default=0.95;	##< How sure that should be.
	};

	redef enum Calculation += {
		HLL_UNIQUE,	##< The estimated number of different values.
	};

	redef record ResultVal += {
		hll_unique: count &default=0;	##< The estimated number of different values.
	};
}

redef record ResultVal += {
	# What the estimate is made from, and the reducer's settings for putting two of them together.
	card: opaque of cardinality &optional;
	hll_error_margin: double &optional;
	hll_confidence: double &optional;
};

hook register_observe_plugins()
	{
	register_observe_plugin(HLL_UNIQUE, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		if ( ! rv?$card )
			{
			rv$card = hll_cardinality_init(r$hll_error_margin, r$hll_confidence);
			rv$hll_error_margin = r$hll_error_margin;
			rv$hll_confidence = r$hll_confidence;
			}

		hll_cardinality_add(rv$card, obs);
		rv$hll_unique = double_to_count(hll_cardinality_estimate(rv$card));
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	if ( ! rv1?$card && ! rv2?$card )
		return;

	local settings = rv1?$card ? rv1 : rv2;
	local card = hll_cardinality_init(settings$hll_error_margin, settings$hll_confidence);

	if ( rv1?$card )
		hll_cardinality_merge_into(card, rv1$card);

	if ( rv2?$card )
		hll_cardinality_merge_into(card, rv2$card);

	result$card = card;
	result$hll_error_margin = settings$hll_error_margin;
	result$hll_confidence = settings$hll_confidence;
	result$hll_unique = double_to_count(hll_cardinality_estimate(card));
	}
