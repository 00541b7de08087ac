//! Data stores across nodes.

use crate::harness::{NODES, Node, folder_with_cluster};

#[test]
fn a_store_is_one_store_on_every_node_and_survives_its_master() {
    let folder = folder_with_cluster(
        r#"
redef Cluster::stores += { ["known"] = Cluster::StoreInfo($master_node="manager", $backend=Broker::SQLITE) };
redef Broker::default_clone_resync_interval = 1sec;
global known: Cluster::StoreInfo;

event ask(key: string)
	{
	when ( local answer = Broker::get(known$store, key) )
		{
		if ( answer$status == Broker::SUCCESS )
			print fmt("%s is %s", key, (answer$result as string));
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
	event ask("from worker-1");
	}

event Cluster::node_up(name: string, id: string)
	{
	if ( name == "manager" && Cluster::node == "worker-1" )
		Broker::put(known$store, "from worker-1", "here");
	if ( name == "manager" && Cluster::node == "worker-2" )
		schedule 1sec { ask("from worker-1") };
	}
"#,
    );
    let mut nodes: Vec<Node> = NODES.iter().map(|(name, _)| Node::start(folder.path(), name, &["node.bro"])).collect();
    for node in &mut nodes {
        node.waits_for("from worker-1 is here");
    }
    nodes[0].kill();
    nodes[3].waits_for("down manager");
    nodes[0] = Node::start(folder.path(), "manager", &["node.bro"]);
    nodes[0].waits_for("from worker-1 is here");
    nodes[3].waits_for("up manager");
    nodes[3].waits_for("from worker-1 is here");
}
