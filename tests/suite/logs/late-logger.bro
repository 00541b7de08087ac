# A logger that comes late gets what was logged before, by whomever.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/with-logger/cluster-layout.bro
# @TEST-EXEC: for node in manager worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: wait-for begun worker-1/.stdout
# @TEST-EXEC: btest-bg-run logger-1 CLUSTER_NODE=logger-1 brood run -b %INPUT
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: grep -v '^#' logger-1/test.log >output
# @TEST-EXEC: cut -f 2- logger-1/cluster.log | grep 'manager.*\(listening\|hello from worker-1\)' | sed 's/ (.*)//; s/:[0-9]*\/tcp/:PORT/' | sort >>output
# @TEST-EXEC: btest-diff output

@load test-log

redef Test::writers = 2;

event bro_init()
	{
	if ( Cluster::node == "worker-1" )
		# Nobody at all is there.
		Test::put(1);
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node == "manager" && name == "logger-1" )
		terminate();

	if ( Cluster::node != "worker-1" )
		return;

	if ( name == "manager" )
		{
		# No logger is there.
		Test::put(2);
		print "begun";
		flush_all();
		}
	else
		{
		Test::put(3);
		terminate();
		}
	}
