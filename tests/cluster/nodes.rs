//! Nodes find each other, and notice when one goes.

use crate::harness::{NODES, Node, folder_with_cluster, others};

#[test]
fn a_cluster_finds_itself_and_takes_a_killed_node_back() {
    let folder = folder_with_cluster("");
    let mut nodes: Vec<Node> = NODES.iter().map(|(name, _)| Node::start(folder.path(), name, &["node.bro"])).collect();
    for node in &mut nodes {
        for other in others(&node.name.clone()) {
            node.waits_for(&format!("up {other}"));
        }
    }
    for other in others("manager") {
        nodes[0].waits_for(&format!("hello from {other}, remote T"));
    }
    nodes[3].kill();
    nodes[0].waits_for("down worker-2");
    nodes[1].waits_for("down worker-2");
    nodes[3] = Node::start(folder.path(), "worker-2", &["node.bro"]);
    nodes[0].waits_for("up worker-2");
    nodes[0].waits_for("hello from worker-2");
    nodes[3].waits_for("up proxy-1");
}
