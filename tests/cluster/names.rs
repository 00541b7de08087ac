//! Who is who: names that the layout lacks or that two nodes claim.

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Node, free_ports};

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
