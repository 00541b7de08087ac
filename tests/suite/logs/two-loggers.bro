# Two loggers take turns.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-EXEC: for node in logger-1 logger-2 worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for node in logger-1 logger-2; do grep -v '^#' $node/test.log | cut -f 2 >$node.numbers; done
# @TEST-EXEC: seq 1 2 100 | cmp - logger-1.numbers
# @TEST-EXEC: seq 2 2 100 | cmp - logger-2.numbers

# @TEST-START-FILE cluster-layout.bro
redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=127.0.0.1, $p=to_port(getenv("PORT1"))],
	["logger-2"] = [$node_type=Cluster::LOGGER, $ip=127.0.0.1, $p=to_port(getenv("PORT2"))],
	["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=to_port(getenv("PORT3"))],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=to_port(getenv("PORT4")), $manager="manager"],
};
# @TEST-END-FILE

@load test-log

global loggers = 0;

event write_all()
	{
	Cluster::logger_pool$rr_key_seq["Cluster::rr_log_topic"] = 0;
	local number = 0;

	while ( number < 100 )
		Test::put(++number);

	terminate();
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node == "worker-1" && ++loggers == 2 )
		event write_all();
	}
