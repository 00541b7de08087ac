//! Nodes of different releases in one cluster: topics as Zeek has them, by name or by the package for it.

use crate::harness::{NODES, Node, called, folder_with_cluster, others};
use crate::stores::ASK;

const STORE: &str = r#"
event bro_init()
	{
	known = Cluster::create_store("known");
	Broker::put(known$store, Cluster::node, "here");

	for ( i in vector("manager", "worker-1") )
		event ask(vector("manager", "worker-1")[i]);
	}

global only_for: event(name: string);

event only_for(name: string)
	{
	print fmt("only for %s", name);
	}

event Cluster::node_up(name: string, id: string)
	{
	Broker::publish(Cluster::node_topic(name), only_for, name);
	Broker::publish(Cluster::nodeid_topic(id), only_for, "the id");
	}
"#;

#[test]
fn zeek_and_bro_with_the_package_for_it_are_one_cluster() {
    let folder = folder_with_cluster(&format!("{ASK}{STORE}"));
    let start_as = |program: &str, name: &str, scripts: &[&str]| {
        Node::start_program(&called(program, folder.path()), &["-b"], folder.path(), name, scripts)
    };
    let mut nodes: Vec<Node> = NODES
        .iter()
        .map(|(name, _)| match *name {
            "manager" | "worker-2" => start_as("zeek", name, &["node.bro"]),
            "proxy-1" => start_as("bro", name, &["policy/zeek-compat", "node.bro"]),
            _ => Node::start(folder.path(), name, &["node.bro", "policy/zeek-compat"]),
        })
        .collect();
    for node in &mut nodes {
        let name = node.name.clone();
        for other in others(&name) {
            node.waits_for(&format!("up {other}"));
        }
        node.waits_for("manager is here");
        node.waits_for("worker-1 is here");
        node.waits_for(&format!("only for {name}"));
        node.waits_for("only for the id");
    }
}

#[test]
fn as_zeek_a_vector_with_holes_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let script = "global tell: event(v: vector of count);\n\
                  event zeek_init()\n\t{\n\tlocal v = vector(1, 2);\n\tv[4] = 5;\n\
                  \tprint Broker::data(v)?$data, Broker::make_event(tell, v)?$name;\n\t}\n";
    std::fs::write(folder.path().join("holes.zeek"), script).unwrap();
    let mut node = Node::start_program(&called("zeek", folder.path()), &["-b"], folder.path(), "", &["holes.zeek"]);
    node.waits_for("serialization of vectors with holes is unsupported");
    node.waits_for("failed to convert param #1 of type vector to broker data");
    node.waits_for("F, F");
    node.ends();
}
