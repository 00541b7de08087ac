# Digests, filters, counters and tests of randomness travel, and go on working at the other end.
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

event bro_init() &priority=-1
	{
	local md5 = md5_hash_init();
	md5_hash_update(md5, "one");
	local md5_there = there(md5) as opaque of md5;
	md5_hash_update(md5_there, "two");
	print md5_hash_finish(md5_there) == md5_hash("onetwo"), md5_hash_finish(md5) == md5_hash("one");
	# It was taken, and stays so.
	print md5_hash_finish(there(md5) as opaque of md5) == "", there(md5) is opaque of sha1;

	local sha1 = sha1_hash_init();
	local sha256 = sha256_hash_init();
	local sha512 = sha512_hash_init();
	sha1_hash_update(sha1, "one");
	sha256_hash_update(sha256, "one");
	sha512_hash_update(sha512, "one");
	print sha1_hash_finish(there(sha1) as opaque of sha1) == sha1_hash("one"),
	      sha256_hash_finish(there(sha256) as opaque of sha256) == sha256_hash("one"),
	      sha512_hash_finish(there(sha512) as opaque of sha512) == sha512_hash("one");

	local filter = bloomfilter_basic_init(0.01, 100);
	bloomfilter_add(filter, 1.2.3.4);
	local filter_there = there(filter) as opaque of bloomfilter;
	bloomfilter_add(filter_there, 5.6.7.8);
	print bloomfilter_lookup(filter_there, 1.2.3.4), bloomfilter_lookup(filter_there, 5.6.7.8),
	      bloomfilter_lookup(filter, 5.6.7.8);

	local counting = bloomfilter_counting_init(3, 1024, 15);
	bloomfilter_add(counting, "twice");
	bloomfilter_add(counting, "twice");
	print bloomfilter_lookup(there(counting) as opaque of bloomfilter, "twice");
	print bloomfilter_internal_state(there(counting) as opaque of bloomfilter) == bloomfilter_internal_state(counting);

	local entropy = entropy_test_init();
	entropy_test_add(entropy, "some ");
	local entropy_there = there(entropy) as opaque of entropy;
	entropy_test_add(entropy_there, "data");
	print cat(entropy_test_finish(entropy_there)) == cat(find_entropy("some data"));
	}
