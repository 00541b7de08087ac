# A logger writes JSON where that is its own option.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/with-logger/cluster-layout.bro
# @TEST-EXEC: for node in logger-1 worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff logger-1/test.log

@load test-log

@if ( Cluster::node == "logger-1" )
redef LogAscii::use_json = T;
@endif

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name == "logger-1" )
		{
		Test::put(5);
		terminate();
		}
	}
