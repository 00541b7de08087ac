# The results of two nodes are put together as if one had seen all.

@load base/frameworks/sumstats

module SumStats;

function collect(values: vector of double): ResultVal
	{
	local r = Reducer($stream="s", $apply=set(SUM, STD_DEV, MIN, MAX, UNIQUE, TOPK, HLL_UNIQUE));
	r$calc_funcs = vector();

	for ( calc in r$apply )
		add_calc(r$calc_funcs, calc);

	local rv = init_resultval(r);

	for ( i in values )
		{
		++rv$num;

		for ( j in r$calc_funcs )
			calc_store[r$calc_funcs[j]](r, values[i], [$dbl=values[i]], rv);
		}

	return rv;
	}

event bro_init()
	{
	local parts = compose_resultvals(collect(vector(1.0, 2.0, 3.0)), collect(vector(3.0, 4.0)));
	local whole = collect(vector(1.0, 2.0, 3.0, 3.0, 4.0));

	print parts$num, parts$sum, parts$average, fmt("%.6f", parts$std_dev), parts$min, parts$max, parts$unique;

	print whole$num, whole$sum, whole$average, fmt("%.6f", whole$std_dev), whole$min, whole$max, whole$unique;
	print parts$hll_unique, whole$hll_unique, topk_get_top(parts$topk, 1), topk_get_top(whole$topk, 1);
	}
