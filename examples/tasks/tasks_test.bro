##! Unit tests of tasks.bro, a worker's and a proxy's part: each function named test_* is run in an engine of its own.
##!
##!     brood test examples/tasks/tasks_test.bro --layout examples/tasks/cluster-layout.bro --node worker-1

@load ./tasks

# What is not exported is seen, too.
module Tasks;

# What the store with the finished tasks knows, instead of one on another node.
global known: set[count];

function setup()
	{
	Test::mock(Broker::exists, function(h: opaque of Broker::Store, k: any): Broker::QueryResult
		{
		return Broker::QueryResult($status=Broker::SUCCESS, $result=Broker::data((k as count) in known));
		});
	Test::mock(Broker::put, function(h: opaque of Broker::Store, k: any, v: any, e: interval): bool
		{
		add known[k as count];
		return T;
		});
	}

@if ( Cluster::local_node_type() == Cluster::WORKER )

# The tasks that were handed out.
global handed_out: vector of count;

function hand_out(arguments: vector of any): bool
	{
	handed_out += arguments[1] as count;
	return T;
	}

function test_the_first_task_is_handed_out_until_it_is_done()
	{
	Test::mock(Cluster::publish_hrw, function(arguments: vector of any): bool { return hand_out(arguments); });
	# The first question went to the real store, before this test began; there is nobody to answer.
	Test::advance(5 secs + 4 * pace);
	assert |handed_out| >= 3, "it was not tried again";
	for ( i in handed_out )
		assert handed_out[i] == place;

	add known[place];
	Test::advance(2 * pace);
	assert handed_out[|handed_out| - 1] == place + workers;
	}

@endif

@if ( Cluster::local_node_type() == Cluster::PROXY )

type Case: record {
	tasks: vector of count;
	lines: count;
};

# The tasks that were logged.
global lines: vector of count;

global test_each_task_is_logged_once_cases: table[string] of Case = {
	["none"] = [$tasks=vector(), $lines=0],
	["different ones"] = [$tasks=vector(1, 2, 3), $lines=3],
	["one twice"] = [$tasks=vector(7, 7), $lines=1],
};

function test_each_task_is_logged_once(c: Case)
	{
	Test::mock(Log::write, function(id: Log::ID, columns: any): bool
		{
		if ( id == LOG )
			lines += (columns as Info)$task;
		return T;
		});
	for ( i in c$tasks )
		event Tasks::work(c$tasks[i], "worker-1");

	Test::advance(1 sec);
	assert |lines| == c$lines;
	assert |known| == c$lines;
	}

@endif
