//! Nodes of different releases in one cluster: topics as Zeek has them, by name or by the package for it.

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::harness::{NODES, Node, folder_with_cluster, others};

const STORE: &str = r#"
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

/// Starts the program by another name.
fn start_as(program: &str, folder: &Path, name: &str, scripts: &[&str]) -> Node {
    let link = folder.join(program);
    if !link.exists() {
        symlink(env!("CARGO_BIN_EXE_brood"), &link).unwrap();
    }
    Node::start_program(&link, &["-b"], folder, name, scripts)
}

#[test]
fn zeek_and_bro_with_the_package_for_it_are_one_cluster() {
    let folder = folder_with_cluster(STORE);
    let mut nodes: Vec<Node> = NODES
        .iter()
        .map(|(name, _)| match *name {
            "manager" | "worker-2" => start_as("zeek", folder.path(), name, &["node.bro"]),
            "proxy-1" => start_as("bro", folder.path(), name, &["policy/zeek-compat", "node.bro"]),
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
