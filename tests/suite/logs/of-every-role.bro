# Records of nodes of every role are kept by the logger, and by nobody else.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/with-logger/cluster-layout.bro
# @TEST-EXEC: for node in logger-1 manager proxy-1 worker-1; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for node in logger-1 manager proxy-1 worker-1; do echo $node: $(cd $node; echo *.log); done >files
# @TEST-EXEC: btest-diff files
# @TEST-EXEC: grep -v '^#open\|^#close' logger-1/test.log | sort >test
# @TEST-EXEC: btest-diff test
# @TEST-EXEC: grep '^#fields\|^#types' logger-1/cluster.log >cluster
# @TEST-EXEC: grep -v '^#' logger-1/cluster.log | cut -f 2- | grep '^logger-1.*\(listening\|got hello\|node down\)\|line of' | sed 's/ (.*)//; s/:[0-9]*\/tcp/:PORT/' | sort >>cluster
# @TEST-EXEC: btest-diff cluster
# @TEST-EXEC: grep '^#fields\|^#types' logger-1/reporter.log >reporter
# @TEST-EXEC: grep -v '^#' logger-1/reporter.log | cut -f 2-3 | grep late >>reporter
# @TEST-EXEC: btest-diff reporter
# @TEST-EXEC: grep '^#fields\|^#types' logger-1/broker.log >broker
# @TEST-EXEC: grep STATUS logger-1/broker.log | cut -f 2-3,6 | sort -u >>broker
# @TEST-EXEC: btest-diff broker
# @TEST-EXEC: for log in cluster broker reporter test; do tail -n 1 logger-1/$log.log | grep '^#close'; done

@load test-log

redef Test::writers = 3;

global wrote: event();
global everybody_wrote: event();
global have_written = 0;

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name != "logger-1" )
		return;

	Test::put(1);
	Cluster::log("a line of its own");
	Reporter::warning("it is late");
	Broker::publish(Cluster::logger_topic, wrote);
	}

event wrote()
	{
	if ( ++have_written < Test::writers )
		return;

	for ( topic in set(Cluster::manager_topic, Cluster::proxy_topic, Cluster::worker_topic) )
		Broker::publish(topic, everybody_wrote);
	}

event everybody_wrote()
	{
	terminate();
	}
