# Nodes know each other by the names of later releases, too, and send to topics by them.
#
# @TEST-PORT: PORT1
# @TEST-PORT: PORT2
# @TEST-PORT: PORT3
# @TEST-PORT: PORT4
# @TEST-COPY-FILE: ${LAYOUTS}/four/cluster-layout.bro
# @TEST-EXEC: for node in manager proxy-1 worker-1 worker-2; do btest-bg-run $node CLUSTER_NODE=$node brood run -b %INPUT; done
# @TEST-EXEC: btest-bg-wait 30
# @TEST-EXEC: for node in manager proxy-1 worker-1 worker-2; do sed "s/^/$node: /" $node/.stdout | sort; done >output
# @TEST-EXEC: btest-diff output

@load together
@load policy/frameworks/cluster/experimental

global note: event(from: string);
global told = 0;

# What each node has to tell before it is done.
const all_told = table(["manager"] = 8, ["proxy-1"] = 5, ["worker-1"] = 6, ["worker-2"] = 6);

function tell(text: string)
	{
	print text;

	if ( ++told == all_told[Cluster::node] )
		Together::done();
	}

hook Cluster::on_subscribe(topic: string)
	{
	print fmt("subscribes to %s", topic);
	}

hook Cluster::on_unsubscribe(topic: string)
	{
	print fmt("unsubscribes from %s", topic);
	}

event bro_init()
	{
	print fmt("one id %s", Cluster::node_id() == Broker::node_id());
	print fmt("%s %s", Cluster::init(), Cluster::subscribe("custom/"));
	}

event note(from: string)
	{
	tell(fmt("note of %s", from));
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	tell(fmt("%s is %s, nobody is '%s'", name, Cluster::nodeid_to_node(id)$name, Cluster::nodeid_to_node("x")$name));
	}

event Cluster::Experimental::node_fully_connected(name: string, id: string, resending: bool)
	{
	tell(fmt("connected %s, again %s", name, resending));
	}

event Cluster::Experimental::cluster_started()
	{
	if ( Cluster::node == "manager" )
		{
		Cluster::publish("custom/x", note, "custom");
		Cluster::publish(Cluster::worker_topic, Cluster::make_event(note, "workers"));
		Cluster::publish(Cluster::node_topic("worker-2"), note, "one by name");
		Cluster::publish(Cluster::nodeid_topic(Cluster::nodes["worker-1"]$id), note, "one by id");
		print Cluster::unsubscribe("custom/");
		}

	tell(fmt("started, %d of %d workers", Cluster::get_active_node_count(Cluster::WORKER),
	         Cluster::get_node_count(Cluster::WORKER)));
	}
