//! Notices in a cluster: on the manager as Bro's nodes have it, or where they are raised as Zeek's have it.

use crate::harness::{Node, called, folder_with_cluster};

const SCRIPT: &str = r#"
@load base/frameworks/notice
redef enum Notice::Type += { Odd };
global raises: event(text: string);

hook Notice::notice(n: Notice::Info)
	{
	print fmt("handled %s of %s", n$msg, n$peer_descr);
	}

event Notice::begin_suppression(ts: time, suppress_for: interval, note: Notice::Type, identifier: string)
	{
	print fmt("from now on no other %s", identifier);

	if ( Cluster::node == "worker-2" )
		event raises("second");
	}

event Notice::suppressed(n: Notice::Info)
	{
	print fmt("suppressed %s", n$msg);
	}

event raises(text: string)
	{
	NOTICE([$note=Odd, $msg=text, $identifier="thing"]);
	}

event Cluster::node_up(name: string, id: string)
	{
	if ( Cluster::node == "manager" && name in set("worker-1", "worker-2") && Cluster::worker_count == 2 )
		Broker::publish(Cluster::node_topic("worker-1"), raises, "first");
	}
"#;

fn one_suppresses_the_other(program: &str, handled_by: usize) {
    let folder = folder_with_cluster(SCRIPT);
    let program = called(program, folder.path());
    let start = |name| Node::start_program(&program, &["-b"], folder.path(), name, &["node.bro"]);
    let mut nodes = ["manager", "worker-1", "worker-2"].map(start);
    nodes[handled_by].waits_for("handled first of worker-1");
    for node in &mut nodes {
        node.waits_for("from now on no other thing");
    }
    nodes[2].waits_for("suppressed second");
    for node in &mut nodes {
        node.never_printed("handled");
    }
}

#[test]
fn the_manager_handles_what_workers_raise() {
    one_suppresses_the_other("bro", 0);
}

#[test]
fn called_as_zeek_each_node_handles_its_own() {
    one_suppresses_the_other("zeek", 1);
}
