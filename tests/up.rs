//! `brood up`, `status` and `down` as a user has them: real processes, on a terminal and without one.
//!
//! Nothing here sleeps: a test waits for what it needs to see, and gives up when that does not come.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "up/cluster.rs"]
mod cluster;
#[path = "up/hosts.rs"]
mod hosts;
#[path = "support/ports.rs"]
mod ports;
#[path = "up/screen.rs"]
mod screen;
#[path = "support/terminal.rs"]
mod terminal;

use std::time::{Duration, Instant};

use cluster::{Cluster, PATIENCE, signal, until};

#[test]
fn a_cluster_starts_survives_a_killed_worker_and_is_stopped() {
    let cluster = Cluster::new("");
    let (mut up, mut lines) = cluster.up(&["node.bro"]);
    lines.wait_for("all 4 nodes are up and have their peers");
    let status = cluster.status();
    assert_eq!(status["supervisor"], up.id());
    let nodes = status["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 4);
    for node in nodes {
        assert_eq!((&node["state"], &node["restarts"]), (&"up".into(), &0.into()), "{node}");
        assert_eq!(node["peers"], node["peers_expected"]);
        assert!(node["memory"].as_u64().unwrap() > 1 << 20, "{node}");
    }
    // The same for people, once all is well with the status of success.
    let output = cluster.brood(&["status"]);
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    let row = format!("worker-1 worker  127.0.0.1:{} {} up ", cluster.ports[2], cluster.pid("worker-1"));
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(output.status.success() && squeezed(&table).contains(&squeezed(&row)), "{table}");
    assert!(table.starts_with("node") && table.contains("4 of 4 nodes up for "), "{table}");
    let worker = cluster.pid("worker-1");
    signal(worker, "KILL");
    lines.wait_for("worker-1 was ended by signal 9 (SIGKILL); it starts again in 0.5 s");
    lines.wait_for("worker-1 is up");
    lines.wait_for("all 4 nodes are up");
    assert_ne!(cluster.pid("worker-1"), worker);
    assert_eq!(cluster.node("worker-1")["restarts"], 1);
    // What both lives have printed.
    let printed = std::fs::read_to_string(cluster.path("spool/worker-1/stdout.log")).unwrap();
    assert_eq!(printed.matches("begins").count(), 2, "{printed}");
    let down = cluster.brood(&["down"]);
    assert!(down.status.success(), "{down:?}");
    lines.end();
    assert!(up.wait().unwrap().success());
    let order: Vec<&str> = lines.stopped();
    assert_eq!(order[2..], ["manager", "logger-1"], "{order:?}");
    cluster.nothing_is_left();
    assert_eq!(cluster.brood(&["down"]).status.code(), Some(1));
    assert_eq!(cluster.brood(&["status"]).status.code(), Some(1));
}

#[test]
fn a_supervisor_that_was_killed_leaves_nothing_that_down_does_not_find() {
    let cluster = Cluster::new("");
    let (mut up, mut lines) = cluster.up(&["node.bro"]);
    lines.wait_for("all 4 nodes are up");
    let running = cluster.running();
    assert_eq!(running.len(), 4);
    up.kill().unwrap();
    up.wait().unwrap();
    assert_eq!(cluster.running(), running);
    let status = cluster.status();
    assert_eq!(status["supervisor"], serde_json::Value::Null);
    assert!(status["nodes"].as_array().unwrap().iter().all(|node| node["state"] == "up"), "{status:#}");
    let again = cluster.brood(&["up", ".", "node.bro"]);
    let errors = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(errors.contains("nodes of an earlier run are still there") && errors.contains("`brood down`"), "{errors}");
    let down = cluster.brood(&["down"]);
    assert!(down.status.success(), "{down:?}");
    cluster.nothing_is_left();
    // And everything can begin again.
    let (mut up, mut lines) = cluster.up(&["node.bro"]);
    lines.wait_for("all 4 nodes are up");
    signal(up.id(), "TERM");
    assert!(up.wait().unwrap().success());
    cluster.nothing_is_left();
    let earlier = std::fs::read_dir(cluster.path("spool/worker-1/earlier")).unwrap().flatten().next().unwrap();
    assert!(earlier.path().join("stdout.log").exists());
}

#[test]
fn what_cannot_start_is_explained() {
    let cluster = Cluster::new("");
    let refused = |arguments: &[&str]| {
        let output = cluster.brood(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {output:?}");
        cluster.nothing_is_left();
        String::from_utf8(output.stderr).unwrap()
    };
    let errors = refused(&["up", "nowhere/cluster-layout.bro"]);
    assert!(errors.contains("nowhere/cluster-layout.bro"), "{errors}");
    let errors = refused(&["up", "node.bro"]);
    assert!(errors.contains("node.bro adds no nodes to Cluster::nodes"), "{errors}");
    std::fs::create_dir(cluster.path("empty")).unwrap();
    let errors = refused(&["up", "empty"]);
    assert!(errors.contains("empty is a folder without a cluster-layout.bro; name the script"), "{errors}");
    let errors = refused(&["up", "base/utils/site"]);
    assert!(errors.contains("base/utils/site is a script of this program and no layout"), "{errors}");
    let errors = refused(&["up", ".", "--only", "worker-1,workr-2"]);
    assert!(errors.contains("the layout has no node workr-2; did you mean worker-2?"), "{errors}");
    let errors = refused(&["up", ".", "--only", "worker-1,"]);
    assert!(errors.contains("--only wants names of nodes, and one is empty"), "{errors}");
    std::fs::create_dir(cluster.path("far")).unwrap();
    let far = "redef Cluster::nodes = { [\"afar\"] = [$node_type=Cluster::WORKER, $ip=192.0.2.1, $p=1/tcp] };\n";
    std::fs::write(cluster.path("far/cluster-layout.bro"), far).unwrap();
    let errors = refused(&["up", "far"]);
    assert!(errors.contains("no node of the layout has an address of this machine"), "{errors}");
    let errors = refused(&["up", "far", "--only", "afar"]);
    assert!(errors.contains("afar is at 192.0.2.1, which is no address of this machine"), "{errors}");
    std::fs::write(cluster.path("broken.bro"), "event bro_init() { print no_such_thing; }\n").unwrap();
    let errors = refused(&["up", ".", "broken.bro"]);
    assert!(errors.contains("logger-1 ended with status 1 before it was up"), "{errors}");
    assert!(errors.contains("unknown identifier no_such_thing"), "{errors}");
    std::fs::write(cluster.path("file"), "").unwrap();
    let errors = refused(&["up", ".", "--spool", "file"]);
    assert!(errors.contains("--spool DIR names another folder"), "{errors}");
    let _taken = std::net::TcpListener::bind(("0.0.0.0", cluster.ports[1])).unwrap();
    let errors = refused(&["up", "."]);
    let expected = format!("port {} of manager is in use by process {}", cluster.ports[1], std::process::id());
    assert!(errors.contains(&expected), "{errors}");
}

#[test]
fn a_layout_may_have_any_name_and_load_what_is_beside_it() {
    let cluster = Cluster::new("event bro_init() { print Beside::told; }\n");
    std::fs::create_dir(cluster.path("etc")).unwrap();
    let layout = std::fs::read_to_string(cluster.path("cluster-layout.bro")).unwrap();
    // The one of the usual name is not the one that is meant.
    std::fs::write(cluster.path("cluster-layout.bro"), "redef Cluster::nodes = {};\n").unwrap();
    std::fs::write(cluster.path("etc/site.bro"), format!("@load ./beside\n@load further\n{layout}")).unwrap();
    let beside = "module Beside; export { const told = \"beside\" &redef; }\n";
    std::fs::write(cluster.path("etc/beside.bro"), beside).unwrap();
    std::fs::write(cluster.path("etc/further.bro"), "redef Beside::told = \"beside and further\";\n").unwrap();
    for named in ["etc/site.bro", "etc/site"] {
        let (mut up, mut lines) = cluster.up_with(named, &["node.bro", "-b"]);
        lines.wait_for("all 4 nodes are up and have their peers");
        assert!(cluster.brood(&["down"]).status.success());
        assert!(up.wait().unwrap().success());
        for node in ["logger-1", "worker-2"] {
            let printed = std::fs::read_to_string(cluster.path(&format!("spool/{node}/stdout.log"))).unwrap();
            assert!(printed.contains("beside and further"), "{node}: {printed}");
        }
    }
    // As one of the nodes, without the others.
    let code = "event bro_init() { print Cluster::local_node_type(); terminate(); }";
    let output = cluster.brood(&["run", "--layout", "etc/site.bro", "-e", code, "Cluster::node=manager"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Cluster::MANAGER\n", "{output:?}");
}

#[test]
fn only_some_nodes_are_started_and_no_second_time() {
    let cluster = Cluster::new("");
    let (mut up, mut lines) = cluster.up(&["node.bro", "--only", "logger-1,worker-2"]);
    lines.wait_for("not started here: manager, worker-1");
    lines.wait_for("worker-2 is up");
    assert_eq!(cluster.running().len(), 2);
    let again = cluster.brood(&["up", "."]);
    let errors = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(errors.contains(&format!("a cluster runs there already (process {})", up.id())), "{errors}");
    // The manager and the other worker are missing.
    let missing = until("the logger is known", || {
        let node = cluster.node("worker-2");
        (node["missing"].as_array()?.len() == 1).then(|| node["missing"].clone())
    });
    assert_eq!(missing, serde_json::json!(["manager"]));
    assert_eq!(cluster.brood(&["status"]).status.code(), Some(1));
    // Even from the background of a terminal it can be told.
    signal(up.id(), "STOP");
    assert!(cluster.brood(&["down"]).status.success());
    assert!(up.wait().unwrap().success());
    cluster.nothing_is_left();
}

#[test]
fn nodes_that_end_by_themselves_end_it_all() {
    let cluster = Cluster::new("");
    let script = "event bro_init() { print Cluster::node; terminate(); }\n";
    std::fs::write(cluster.path("ends.bro"), script).unwrap();
    let output = cluster.brood(&["up", ".", "ends.bro"]);
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.matches("ended with status 0; it is not started again").count(), 4, "{text}");
    assert_eq!(std::fs::read_to_string(cluster.path("spool/manager/stdout.log")).unwrap(), "manager\n");
    cluster.nothing_is_left();
}

#[test]
fn nodes_that_do_not_listen_to_anybody_are_killed_by_a_second_wish() {
    // What scripts start goes with their node, even where it does not want to.
    let cluster = Cluster::new("event bro_init() { system(\"trap '' TERM; echo blocks; sleep 1000\"); }\n");
    let (mut up, mut lines) = cluster.up(&["node.bro", "--only", "worker-1"]);
    lines.wait_for("worker-1 is up");
    let errors = cluster.path("spool/worker-1/stderr.log");
    until("the command runs", || std::fs::read_to_string(&errors).ok()?.contains("blocks").then_some(()));
    signal(cluster.pid("worker-1"), "STOP");
    signal(up.id(), "INT");
    until("it stops", || (cluster.node("worker-1")["state"] == "stopping").then_some(()));
    // The second wish counts when some time has passed: it is given until it is heard.
    let end = Instant::now() + PATIENCE;
    while up.try_wait().unwrap().is_none() {
        assert!(Instant::now() < end);
        signal(up.id(), "INT");
        lines.maybe(Duration::from_millis(100));
    }
    lines.wait_for("worker-1 is killed");
    cluster.nothing_is_left();
}

#[test]
fn logs_that_are_closed_in_rotation_go_to_an_archive() {
    let cluster =
        Cluster::new("@if ( Cluster::node == \"logger-1\" )\nredef Log::default_rotation_interval = 1sec;\n@endif\n");
    let (mut up, mut lines) = cluster.up(&["node.bro"]);
    lines.wait_for("all 4 nodes are up");
    let archived = |log: &str| {
        let days = std::fs::read_dir(cluster.path("spool/logs")).into_iter().flatten().flatten();
        let files = days.flat_map(|day| std::fs::read_dir(day.path()).into_iter().flatten().flatten());
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(log) && name.ends_with(".log")).count()
    };
    until("cluster.log is in the archive", || (archived("cluster.") > 0).then_some(()));
    let down = cluster.brood(&["down"]);
    assert!(String::from_utf8_lossy(&down.stdout).starts_with("stopping 4 nodes\n"), "{down:?}");
    assert!(up.wait().unwrap().success());
    // Nothing complains of commands that are not there.
    assert_eq!(std::fs::read_to_string(cluster.path("spool/logger-1/stderr.log")).unwrap(), "");
    cluster.nothing_is_left();
}

#[test]
fn what_a_node_has_started_ends_with_it() {
    let cluster = Cluster::new("event bro_init() { system(\"trap '' TERM; echo blocks; sleep 1000\"); }\n");
    let (mut up, mut lines) = cluster.up(&["node.bro", "--only", "worker-1"]);
    lines.wait_for("worker-1 is up");
    until("the command runs", || (cluster.running().len() > 1).then_some(()));
    signal(up.id(), "INT");
    assert!(up.wait().unwrap().success());
    cluster.nothing_is_left();
}
