##! Keeps some observations, each with the same chance.

@load ../main

module SumStats;

export {
	redef enum Calculation += {
		SAMPLE,	##< Some observations.
	};

	redef record Reducer += {
		num_samples: count &default=0;	##< How many to keep.
	};

	redef record ResultVal += {
		samples: vector of Observation &default=vector();	##< The observations.
		sample_elements: count &default=0;	##< How many they were taken from.
	};
}

redef record ResultVal += {
	# The reducer's setting, for putting two results together.
	num_samples: count &default=0;
};

hook init_resultval_hook(r: Reducer, rv: ResultVal)
	{
	if ( SAMPLE in r$apply )
		rv$num_samples = r$num_samples;
	}

function sample_add_sample(obs: Observation, rv: ResultVal)
	{
	++rv$sample_elements;

	if ( |rv$samples| < rv$num_samples )
		{
		rv$samples += obs;
		return;
		}

	local place = rand(rv$sample_elements);

	if ( place < rv$num_samples )
		rv$samples[place] = obs;
	}

hook register_observe_plugins()
	{
	register_observe_plugin(SAMPLE, function(r: Reducer, val: double, obs: Observation, rv: ResultVal)
		{
		sample_add_sample(obs, rv);
		});
	}

hook compose_resultvals_hook(result: ResultVal, rv1: ResultVal, rv2: ResultVal)
	{
	if ( rv1$num_samples != rv2$num_samples )
		{
		Reporter::error("Merging sample sets with differing sizes is not supported");
		return;
		}

	local wanted = rv1$num_samples;
	result$num_samples = wanted;

	if ( |rv1$samples| > wanted || |rv2$samples| > wanted )
		{
		Reporter::error("Sample vector with too many elements. Aborting.");
		return;
		}

	# Two results with room left: all that was observed is still there.
	if ( |rv1$samples| != wanted && |rv2$samples| < wanted )
		{
		if ( |rv1$samples| != rv1$sample_elements || |rv2$samples| != rv2$sample_elements )
			{
			Reporter::error("Mismatch in sample element size and tracking. Aborting merge");
			return;
			}

		local first = rv1$samples;
		local second = rv2$samples;

		for ( i in first )
			sample_add_sample(first[i], result);

		for ( i in second )
			sample_add_sample(second[i], result);

		return;
		}

	# Otherwise some of the larger crowd's give way to some of the smaller one's.
	local total = rv1$sample_elements + rv2$sample_elements;
	local larger = rv1$sample_elements > rv2$sample_elements ? rv1 : rv2;
	local smaller = rv1$sample_elements > rv2$sample_elements ? rv2 : rv1;
	local others = smaller$samples;

	result$sample_elements = total;
	result$samples = copy(larger$samples);

	for ( i in others )
		if ( rand(total) <= smaller$sample_elements )
			result$samples[i] = others[i];
	}
