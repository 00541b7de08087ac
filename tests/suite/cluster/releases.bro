# zeek, and bro with the package for it, are one cluster: topics and stores have the names that Zeek gives them.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC: btest-bg-run manager CLUSTER_NODE=manager zeek -b %INPUT
# @TEST-EXEC: btest-bg-run proxy-1 CLUSTER_NODE=proxy-1 bro -b policy/zeek-compat %INPUT
# @TEST-EXEC: btest-bg-run worker-1 CLUSTER_NODE=worker-1 brood run -b %INPUT policy/zeek-compat
# @TEST-EXEC: btest-bg-run worker-2 CLUSTER_NODE=worker-2 zeek -b %INPUT
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for node in manager proxy-1 worker-1 worker-2; do sed "s/^/$node: /" $node/.stdout | sort; done >output
# @TEST-EXEC: btest-diff output

@load together

global known: Cluster::StoreInfo;
global only_for: event(name: string);
global told = 0;

# Workers have no connection to each other.
const peers = /worker/ in Cluster::node ? 2 : 3;

function tell(text: string)
	{
	print text;

	# Who is up, what each of them sends here in two ways, and what is in the store.
	if ( ++told == 3 * peers + 2 )
		Together::done();
	}

event ask(key: string)
	{
	when [key] ( local answer = Broker::get(known$store, key) )
		{
		if ( answer$status == Broker::SUCCESS )
			tell(fmt("%s is %s", key, (answer$result as string)));
		else
			schedule 100msec { ask(key) };
		}
	timeout 5sec
		{
		schedule 100msec { ask(key) };
		}
	}

event bro_init()
	{
	known = Cluster::create_store("known");
	Broker::put(known$store, Cluster::node, "here");
	event ask("manager");
	event ask("worker-1");
	}

event only_for(name: string)
	{
	tell(fmt("only for %s", name));
	}

event Cluster::node_up(name: string, id: string)
	{
	tell(fmt("up %s", name));
	Broker::publish(Cluster::node_topic(name), only_for, name);
	Broker::publish(Cluster::nodeid_topic(id), only_for, "the id");
	}
