//! Pools: who is in them, whom a key belongs to, and whose turn it is.

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Node, free_ports};

/// Every node tells its pool of proxies whenever somebody comes or goes; proxies tell what they were given.
const SCRIPT: &str = r#"
@load base/frameworks/cluster
redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
redef Cluster::retry_interval = 1sec;

const keys = vector("a", "b", "c", "d", "e", "f", "g", "h");
global take: event(how: string, key: string);

event take(how: string, key: string)
	{
	print fmt("took %s by %s", key, how);
	}

function tell()
	{
	local owners = "";

	for ( i in keys )
		owners += " " + subst_string(Cluster::hrw_topic(Cluster::proxy_pool, keys[i]), Cluster::node_topic_prefix, "");

	print fmt("%d alive, owners%s", Cluster::proxy_pool$alive_count, owners);
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	tell();
	}

event Cluster::node_down(name: string, id: string) &priority=-5
	{
	tell();
	}
"#;

fn write_cluster(folder: &Path, nodes: &[(&str, &str)], ports: &[u16], script: &str) {
    let mut layout = "redef Cluster::manager_is_logger = T;\nredef Cluster::nodes = {\n".to_owned();
    for ((name, role), port) in nodes.iter().zip(ports) {
        let manager = if *role == "MANAGER" { "" } else { ", $manager=\"manager\"" };
        let _ =
            writeln!(layout, "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip=127.0.0.1, $p={port}/tcp{manager}],");
    }
    layout.push_str("};\n");
    std::fs::write(folder.join("cluster-layout.bro"), layout).unwrap();
    std::fs::write(folder.join("node.bro"), format!("{SCRIPT}{script}")).unwrap();
}

const NODES: [(&str, &str); 4] =
    [("manager", "MANAGER"), ("proxy-1", "PROXY"), ("proxy-2", "PROXY"), ("worker-1", "WORKER")];

/// Whom the keys of the script belong to as long as both proxies live, worked out by hand from Bro's hash.
const OWNERS: &str = "proxy-1 proxy-1 proxy-2 proxy-2 proxy-2 proxy-2 proxy-2 proxy-1";

#[test]
fn a_pool_follows_its_members() {
    let folder = tempfile::tempdir().unwrap();
    write_cluster(
        folder.path(),
        &NODES,
        &free_ports::<4>(),
        r#"
event Cluster::node_up(name: string, id: string) &priority=-10
	{
	if ( Cluster::node != "worker-1" || Cluster::proxy_pool$alive_count < 2 )
		return;

	local done = T;

	for ( i in keys )
		done = Cluster::publish_hrw(Cluster::proxy_pool, keys[i], take, "hash", keys[i]) && done;

	for ( j in vector(1, 2, 3) )
		done = Cluster::publish_rr(Cluster::proxy_pool, "turns", take, "turn", cat(j)) && done;

	print fmt("published %s", done);
	}

event Cluster::node_down(name: string, id: string) &priority=-10
	{
	if ( Cluster::node == "worker-1" && Cluster::proxy_pool$alive_count == 0 )
		print fmt("nobody left, published %s %s", Cluster::publish_hrw(Cluster::proxy_pool, "a", take, "hash", "a"),
		          Cluster::publish_rr(Cluster::proxy_pool, "turns", take, "turn", "4"));
	}
"#,
    );
    let mut nodes: Vec<Node> = NODES.iter().map(|(name, _)| Node::start(folder.path(), name, &["node.bro"])).collect();
    for place in [0, 3] {
        nodes[place].waits_for(&format!("2 alive, owners {OWNERS}"));
    }
    // A proxy counts itself from the start, but gives itself no keys.
    nodes[1].waits_for("1 alive, owners");
    nodes[3].waits_for("published T");
    for (key, owner) in ["a", "b", "c", "d", "e", "f", "g", "h"].iter().zip(OWNERS.split(' ')) {
        let place = usize::from(owner == "proxy-2") + 1;
        nodes[place].waits_for(&format!("took {key} by hash"));
    }
    for (turn, place) in [("0", 1), ("1", 2), ("2", 1)] {
        nodes[place].waits_for(&format!("took {turn} by turn"));
    }

    nodes[2].kill();
    let only = ["proxy-1"; 8].join(" ");
    for place in [0, 3] {
        nodes[place].waits_for(&format!("1 alive, owners {only}"));
    }
    nodes[2] = Node::start(folder.path(), "proxy-2", &["node.bro"]);
    for place in [0, 3] {
        nodes[place].waits_for(&format!("2 alive, owners {OWNERS}"));
    }
    nodes[2].waits_for("took c by hash");

    nodes[1].kill();
    nodes[2].kill();
    nodes[3].waits_for("nobody left, published F F");
}

#[test]
fn pools_of_workers_and_loggers_follow_who_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let nodes = [("logger-1", "LOGGER"), ("manager", "MANAGER"), ("worker-1", "WORKER"), ("worker-2", "WORKER")];
    write_cluster(
        folder.path(),
        &nodes,
        &free_ports::<4>(),
        r#"
redef Cluster::manager_is_logger = F;

function count_them()
	{
	print fmt("workers %d %d, loggers %d", Cluster::worker_pool$alive_count, Cluster::worker_count,
	          Cluster::logger_pool$alive_count);

	# Who knows nobody of a pool has nobody to send to.
	if ( Cluster::node == "manager" )
		print fmt("sent %s", Cluster::publish_rr(Cluster::worker_pool, "turns", take, "turn", "w"));
	}

event Cluster::node_up(name: string, id: string) &priority=-10
	{
	count_them();
	}

event Cluster::node_down(name: string, id: string) &priority=-10
	{
	count_them();
	}
"#,
    );
    let mut running: Vec<Node> =
        nodes.iter().map(|(name, _)| Node::start(folder.path(), name, &["node.bro"])).collect();
    running[1].waits_for("workers 2 2, loggers 1");
    running[0].waits_for("workers 2 2, loggers 1");
    // Workers know no other workers; each counts itself among its pool.
    running[2].waits_for("workers 1 0, loggers 1");
    running[3].kill();
    running[1].waits_for("workers 1 1, loggers 1");
    running[1].waits_for("sent T");
    running[2].waits_for("took w by turn");
    running[0].kill();
    running[1].waits_for("workers 1 1, loggers 0");
    running[0] = Node::start(folder.path(), "logger-1", &["node.bro"]);
    running[1].waits_for("workers 1 1, loggers 1");
    running[2].waits_for("workers 1 0, loggers 1");
    running[2].kill();
    running[1].waits_for("workers 0 0, loggers 1");
    running[1].waits_for("sent F");
}
