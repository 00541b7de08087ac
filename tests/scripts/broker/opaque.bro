# Counters of different elements and lists of the most frequent ones travel, and go on working at the other end.
function there(x: any): any
	{
	return Broker::data(x);
	}

event bro_init()
	{
	local counter = hll_cardinality_init(0.01, 0.95);

	for ( name in set("a", "b", "c") )
		hll_cardinality_add(counter, name);

	local arrived = there(counter) as opaque of cardinality;
	hll_cardinality_add(arrived, "d");
	print double_to_count(hll_cardinality_estimate(counter)), double_to_count(hll_cardinality_estimate(arrived));
	# It still knows what it counts.
	print hll_cardinality_add(arrived, 1);

	local frequent = topk_init(3);

	for ( i in vector(1, 2, 3) )
		topk_add(frequent, "often");

	topk_add(frequent, "once");
	local list = there(frequent) as opaque of topk;
	topk_add(list, "once");
	print topk_get_top(list, 2), topk_count(list, "often"), topk_count(list, "once"), topk_count(frequent, "once");

	print there(counter) is opaque of topk, there("text") is opaque of topk;
	}
