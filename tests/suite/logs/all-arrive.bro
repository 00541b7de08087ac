# A node that ends in order loses no record.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/with-logger/cluster-layout.bro
# @TEST-EXEC: for node in logger-1 worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: grep -v '^#' logger-1/test.log | cut -f 2 >numbers
# @TEST-EXEC: seq 1 10001 | cmp - numbers

@load test-log

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name != "logger-1" )
		return;

	local number = 0;

	while ( number < 10000 )
		Test::put(++number);

	terminate();
	}

event bro_done()
	{
	if ( Cluster::node == "worker-1" )
		Test::put(10001);
	}
