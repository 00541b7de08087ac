# A record goes out soon though nothing follows it.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/with-logger/cluster-layout.bro
# @TEST-EXEC: for node in logger-1 worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff logger-1/.stdout
# @TEST-EXEC: btest-diff worker-1/.stdout

@load test-log

redef Broker::log_batch_interval = 200msec;
# Only what is counted here goes over the network.
redef Cluster::held_log_records = 0;

event bro_init() &priority=-20
	{
	for ( id in Log::active_streams )
		{
		if ( id != Test::LOG )
			Log::__disable_stream(id);
		}
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name != "logger-1" )
		return;

	# The first goes at once, as nothing of this log went before; the second waits.
	Test::put(1);
	Test::put(2);
	print fmt("%d wait", Broker::flush_logs());
	Test::put(3);
	}

# The worker ends later, so that it is not its end that sends the last one.
event Cluster::node_down(name: string, id: string)
	{
	if ( name == "logger-1" )
		terminate();
	}

event look()
	{
	if ( get_broker_stats()$num_logs_incoming < 3 )
		{
		schedule 20msec { look() };
		return;
		}

	print fmt("%d came in", get_broker_stats()$num_logs_incoming);
	terminate();
	}

event bro_init()
	{
	if ( Cluster::node == "logger-1" )
		event look();
	}
