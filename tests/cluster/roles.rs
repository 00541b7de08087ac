//! Who dials whom, and what a role adds to a node's scripts.

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Node, free_ports};

const NODES: [(&str, &str); 8] = [
    ("logger-1", "LOGGER"),
    ("logger-2", "LOGGER"),
    ("manager", "MANAGER"),
    ("proxy-1", "PROXY"),
    ("proxy-2", "PROXY"),
    ("worker-1", "WORKER"),
    ("worker-2", "WORKER"),
    ("recorder", "TIME_MACHINE"),
];

/// What every node runs: it says whom it has asked to peer with, by name, and ends.
const SCRIPT: &str = r#"
@load base/frameworks/cluster
redef Log::default_writer = Log::WRITER_NONE;

event bro_init() &priority=-20
	{
	local dials: vector of string = vector();

	for ( name in Cluster::nodes )
		{
		if ( Broker::is_outbound_peering("127.0.0.1", Cluster::nodes[name]$p) )
			dials += name;
		}

	sort(dials, strcmp);
	print fmt("dials %s", join_string_vec(dials, " "));
	terminate();
	}
"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut layout = "redef Cluster::manager_is_logger = F;\nredef Cluster::nodes = {\n".to_owned();
    for ((name, role), port) in NODES.iter().zip(free_ports::<8>()) {
        let others = match *role {
            "LOGGER" | "TIME_MACHINE" => "",
            "MANAGER" => ", $time_machine=\"recorder\"",
            _ => ", $manager=\"manager\", $time_machine=\"recorder\"",
        };
        let _ =
            writeln!(layout, "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip=127.0.0.1, $p={port}/tcp{others}],");
    }
    layout.push_str("};\n");
    std::fs::write(folder.path().join("cluster-layout.bro"), layout).unwrap();
    std::fs::write(folder.path().join("node.bro"), SCRIPT).unwrap();
    folder
}

fn says(folder: &Path, name: &str, wanted: &str) {
    let mut node = Node::start(folder, name, &["node.bro"]);
    assert_eq!(node.next_with("dials"), format!("dials {wanted}"), "{name}");
    node.ends();
}

#[test]
fn nodes_dial_those_that_they_depend_on() {
    let folder = folder();
    for logger in ["logger-1", "logger-2", "recorder"] {
        says(folder.path(), logger, "");
    }
    says(folder.path(), "manager", "logger-1 logger-2 recorder");
    // As in Bro, proxies have nothing to do with a recorder.
    says(folder.path(), "proxy-2", "logger-1 logger-2 manager");
    says(folder.path(), "worker-1", "logger-1 logger-2 manager proxy-1 proxy-2 recorder");
}

#[test]
fn a_script_has_a_part_for_clusters_and_one_for_each_role() {
    let folder = folder();
    for part in ["cluster", "cluster-manager", "cluster-proxy", "cluster-worker", "cluster-logger"] {
        let script = format!("event bro_init() {{ print \"with {part} part\"; }}\n");
        std::fs::write(folder.path().join(format!("{part}.node.bro")), script).unwrap();
    }
    for (name, own) in [("manager", "cluster-manager"), ("proxy-1", "cluster-proxy"), ("worker-2", "cluster-worker")] {
        let mut node = Node::start(folder.path(), name, &["node.bro"]);
        node.waits_for("with cluster part");
        node.waits_for(&format!("with {own} part"));
        node.waits_for("dials");
        node.never_printed("with ");
    }
    // Outside a cluster there are none.
    let mut alone = Node::start(folder.path(), "", &["node.bro"]);
    alone.waits_for("dials");
    alone.never_printed("with ");
}
