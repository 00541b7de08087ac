# The manager keeps the logs where there is no logger.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC: for node in manager worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: grep -v '^#' manager/test.log >output
# @TEST-EXEC: btest-diff output
# @TEST-EXEC-FAIL: ls worker-1/*.log

@load test-log

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name == "manager" )
		{
		Test::put(7);
		terminate();
		}
	}
