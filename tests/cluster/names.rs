//! Who is who: names that the layout lacks or that two nodes claim, and what nodes know of each other.

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{NODES, Node, folder_with_cluster, free_ports, others};

fn write_layout(folder: &Path, nodes: &[(&str, &str, u16)]) {
    let mut layout = "redef Cluster::nodes = {\n".to_owned();
    for (name, role, port) in nodes {
        let manager = if *role == "MANAGER" { "" } else { ", $manager=\"manager\"" };
        let _ =
            writeln!(layout, "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip=127.0.0.1, $p={port}/tcp{manager}],");
    }
    layout.push_str("};\n");
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("cluster-layout.bro"), layout).unwrap();
    let script = "@load base/frameworks/cluster\nredef exit_only_after_terminate = T;\n\
                  redef Log::default_writer = Log::WRITER_NONE;\nredef Cluster::retry_interval = 1sec;\n\
                  event Cluster::node_up(name: string, id: string)\n\
                  \t{ print fmt(\"up %s, workers %d\", name, Cluster::worker_count); }\n\
                  event Cluster::node_down(name: string, id: string)\n\
                  \t{ print fmt(\"down %s, workers %d\", name, Cluster::worker_count); }\n";
    std::fs::write(folder.join("node.bro"), script).unwrap();
}

#[test]
fn a_name_unknown_here_or_to_another_node_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let [manager_port, port, other_port] = free_ports();
    let here = folder.path().join("here");
    let elsewhere = folder.path().join("elsewhere");
    let manager = ("manager", "MANAGER", manager_port);
    write_layout(&here, &[manager, ("worker-1", "WORKER", port)]);
    write_layout(&elsewhere, &[manager, ("worker-1", "WORKER", other_port), ("worker-9", "WORKER", other_port)]);

    let mut nobody = Node::start(&here, "nobody", &["node.bro"]);
    nobody.waits_for("'nobody' is not a valid node in the Cluster::nodes configuration");
    nobody.child.wait().unwrap();

    let mut manager = Node::start(&here, "manager", &["node.bro"]);
    let mut stranger = Node::start(&elsewhere, "worker-9", &["node.bro"]);
    manager.waits_for("Got Cluster::hello msg from unexpected node: worker-9");
    // The other side knows the manager.
    stranger.waits_for("up manager");
    stranger.kill();

    let _first = Node::start(&here, "worker-1", &["node.bro"]);
    manager.waits_for("up worker-1, workers 1");
    let mut second = Node::start(&elsewhere, "worker-1", &["node.bro"]);
    manager.waits_for("Got Cluster::hello msg from duplicate node:worker-1");
    second.kill();
    manager.waits_for("down worker-1");
    manager.never_printed("worker-9, workers");
}

#[test]
fn nodes_know_each_other_by_the_names_of_later_releases_too() {
    let folder = folder_with_cluster(
        r#"
@load policy/frameworks/cluster/experimental

global note: event(from: string);

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
	print fmt("note of %s", from);
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	print fmt("%s is %s, nobody is '%s'", name, Cluster::nodeid_to_node(id)$name, Cluster::nodeid_to_node("x")$name);
	}

event Cluster::Experimental::node_fully_connected(name: string, id: string, resending: bool)
	{
	print fmt("connected %s, again %s", name, resending);
	}

event Cluster::Experimental::cluster_started()
	{
	print fmt("started, %d of %d workers", Cluster::get_active_node_count(Cluster::WORKER),
	          Cluster::get_node_count(Cluster::WORKER));

	if ( Cluster::node == "manager" )
		{
		Cluster::publish("custom/x", note, "custom");
		Cluster::publish(Cluster::worker_topic, Cluster::make_event(note, "workers"));
		Cluster::publish(Cluster::node_topic("worker-2"), note, "one by name");
		Cluster::publish(Cluster::nodeid_topic(Cluster::nodes["worker-1"]$id), note, "one by id");
		print Cluster::unsubscribe("custom/");
		}
	}
"#,
    );
    let mut nodes: Vec<Node> = NODES.iter().map(|(name, _)| Node::start(folder.path(), name, &["node.bro"])).collect();
    for node in &mut nodes {
        node.waits_for("one id T");
        node.waits_for("subscribes to custom/");
        node.waits_for("T T");
        for other in others(&node.name.clone()) {
            node.waits_for(&format!("{other} is {other}, nobody is ''"));
        }
    }
    for name in ["proxy-1", "worker-1", "worker-2"] {
        nodes[0].waits_for(&format!("connected {name}, again F"));
    }
    nodes[0].waits_for("started, 2 of 2 workers");
    nodes[0].waits_for("unsubscribes from custom/");
    nodes[1].waits_for("started, 2 of 2 workers");
    for place in [2, 3] {
        nodes[place].waits_for("started, 0 of 2 workers");
        nodes[place].waits_for("note of workers");
    }
    for place in [1, 2, 3] {
        nodes[place].waits_for("note of custom");
    }
    nodes[3].waits_for("note of one by name");
    nodes[2].waits_for("note of one by id");
}
