##! Shows what a script can ask the cluster framework, and keeps a note in a store when there is no cluster.

@load base/frameworks/cluster

# The store answers later, so bro_init must not be the end.
redef exit_only_after_terminate = T;

function keep_a_note()
	{
	local notes = Cluster::create_store("notes")$store;
	Broker::put(notes, "greeting", "kept in a store");

	when ( local answer = Broker::get(notes, "greeting") )
		{
		print fmt("store answered: %s", answer$result as string);
		terminate();
		}
	timeout 5 secs
		{
		print "store did not answer";
		terminate();
		}
	}

event bro_init()
	{
	print fmt("is enabled: %s", Cluster::is_enabled());
	print fmt("local node type: %s", Cluster::local_node_type());
	print fmt("topic of the manager: %s", Cluster::node_topic("manager"));

	for ( name in Cluster::nodes )
		{
		local n = Cluster::nodes[name];
		print fmt("%s is a %s at %s, port %s", name, n$node_type, n$ip, n$p);
		}

	if ( Cluster::is_enabled() )
		terminate();
	else
		keep_a_note();
	}
