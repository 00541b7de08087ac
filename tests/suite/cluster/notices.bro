# Called as bro, the manager handles the notices that workers raise; called as zeek, each node handles its own. Either
# way what one node suppresses all do.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC: for node in manager proxy-1 worker-1 worker-2; do btest-bg-run bro-$node CLUSTER_NODE=$node bro -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for node in manager proxy-1 worker-1 worker-2; do btest-bg-run zeek-$node CLUSTER_NODE=$node zeek -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for name in bro-* zeek-*; do sed "s/^/$name: /" $name/.stdout; done >output
# @TEST-EXEC: btest-diff output

@load together
@load base/frameworks/notice

redef enum Notice::Type += { Odd };

global raises: event(text: string);
global others = 0;

hook Notice::notice(n: Notice::Info)
	{
	print fmt("handled %s of %s", n$msg, n$peer_descr);
	}

event Notice::begin_suppression(ts: time, suppress_for: interval, note: Notice::Type, identifier: string)
	{
	print fmt("from now on no other %s", identifier);

	if ( Cluster::node == "worker-2" )
		event raises("second");
	else
		Together::done();
	}

event Notice::suppressed(n: Notice::Info)
	{
	print fmt("suppressed %s", n$msg);
	Together::done();
	}

event raises(text: string)
	{
	NOTICE([$note=Odd, $msg=text, $identifier="thing"]);
	}

event Cluster::node_up(name: string, id: string)
	{
	if ( Cluster::node == "manager" && ++others == 3 )
		Broker::publish(Cluster::node_topic("worker-1"), raises, "first");
	}
