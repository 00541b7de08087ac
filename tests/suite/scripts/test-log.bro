##! For clusters that log: a log with which node wrote what, and a logger that ends when all are gone who write.

@load base/frameworks/cluster
@load base/frameworks/reporter

redef exit_only_after_terminate = T;
redef Cluster::retry_interval = 100msec;
redef Log::default_rotation_interval = 0sec;

module Test;

export {
	redef enum Log::ID += { LOG };

	type Info: record {
		node: string &log;
		number: count &log;
	};

	## Writes a record.
	global put: function(number: count);

	## How many nodes write, besides those that keep logs.
	const writers = 1 &redef;

	## Whether this node keeps logs for others.
	const keeps_logs = /logger/ in Cluster::node || (Cluster::manager_is_logger && Cluster::node == "manager");
}

event bro_init() &priority=5
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	}

function put(number: count)
	{
	Log::write(Test::LOG, [$node=Cluster::node, $number=number]);
	}

global gone = 0;

event Cluster::node_down(name: string, id: string) &priority=-20
	{
	if ( keeps_logs && ++gone == writers )
		terminate();
	}
