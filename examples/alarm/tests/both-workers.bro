# @TEST-EXEC: btest-bg-run manager CLUSTER_NODE=manager brood run %DIR/../cluster-layout.bro %DIR/../alarm.bro %INPUT
# @TEST-EXEC: btest-bg-run worker-1 CLUSTER_NODE=worker-1 brood run %DIR/../cluster-layout.bro %DIR/../alarm.bro %INPUT
# @TEST-EXEC: btest-bg-run worker-2 CLUSTER_NODE=worker-2 brood run %DIR/../cluster-layout.bro %DIR/../alarm.bro %INPUT
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: btest-diff manager/.stdout

event Cluster::node_up(name: string, id: string)
	{
	if ( name == "manager" )
		Alarm::note(192.0.2.7);
	}

event Alarm::raised(host: addr)
	{
	terminate();
	}

event Cluster::node_down(name: string, id: string)
	{
	if ( name == "manager" )
		terminate();
	}
