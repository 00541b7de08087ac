//! `brood graph` as a user runs it: the picture of a layout in each of its forms.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn graph(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_brood"))
        .arg("graph")
        .args(arguments)
        .current_dir(directory)
        .env_remove("CLUSTER_NODE")
        .output()
        .unwrap()
}

const NODES: [&str; 8] = ["logger-1", "manager", "proxy-1", "proxy-2", "worker-1", "worker-2", "worker-3", "worker-4"];

#[test]
fn every_form_shows_every_node_and_how_they_connect() {
    let folder = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cluster/cluster-layout.bro");
    for (ending, connection) in [
        ("svg", "every worker dials every proxy: 8 connections"),
        ("txt", "every worker dials every proxy: 8 connections"),
        ("dot", "\"worker-4\" -> \"proxy-2\""),
        ("mmd", "n7 --> n3"),
    ] {
        let name = format!("picture.{ending}");
        let output = graph(folder.path(), &[example.to_str().unwrap(), "-o", &name]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let picture = fs::read_to_string(folder.path().join(name)).unwrap();
        for node in NODES {
            assert!(picture.contains(node), "{node} in {ending}: {picture}");
        }
        assert!(picture.contains(connection), "{ending}: {picture}");
    }
}

#[test]
fn many_connections_are_one_arrow() {
    let folder = tempfile::tempdir().unwrap();
    let mut layout = String::from(
        "redef Cluster::nodes = {\n[\"manager\"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=1000/tcp],\n\
         [\"proxy-1\"] = [$node_type=Cluster::PROXY, $ip=10.0.0.1, $p=1001/tcp, $manager=\"manager\"],\n",
    );
    for number in 10..70 {
        layout += &format!(
            "[\"worker-{number}\"] = [$node_type=Cluster::WORKER, $ip=10.0.1.{number}, $p=1002/tcp, $manager=\"manager\"],\n"
        );
    }
    fs::write(folder.path().join("l.bro"), layout + "};\n").unwrap();
    for (ending, bundle, single, absent) in [
        (
            "dot",
            "ltail=cluster_2, lhead=cluster_1",
            "\"proxy-1\" -> \"manager\" [tooltip",
            "\"worker-10\" -> \"proxy-1\" [tooltip",
        ),
        ("mmd", "t2 ==>|\"every worker dials proxy-1: 60 connections\"| t1", "n1 --> n0", "n2 --> n1"),
    ] {
        let name = format!("l.{ending}");
        assert!(graph(folder.path(), &["l.bro", "-o", &name]).status.success());
        let picture = fs::read_to_string(folder.path().join(name)).unwrap();
        assert!(picture.contains(bundle) && picture.contains(single) && !picture.contains(absent), "{picture}");
    }
}

#[test]
fn names_cannot_break_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let layout = "redef Cluster::nodes = {\n\
                  [\"<a&b>\\\"\"] = [$node_type=Cluster::MANAGER, $ip=10.0.0.1, $p=1/tcp],\n};\n";
    fs::write(folder.path().join("l.bro"), layout).unwrap();
    assert!(graph(folder.path(), &["l.bro", "-o", "l.svg"]).status.success());
    let picture = fs::read_to_string(folder.path().join("l.svg")).unwrap();
    assert!(picture.contains("&lt;a&amp;b&gt;&quot;") && !picture.contains("<a&"), "{picture}");
    assert!(graph(folder.path(), &["l.bro", "-o", "l.dot"]).status.success());
    let picture = fs::read_to_string(folder.path().join("l.dot")).unwrap();
    assert!(picture.contains("\"<a&b>\\\"\" [label="), "{picture}");
}

#[test]
fn what_cannot_be_drawn_is_said() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("none.bro"), "print 1;").unwrap();
    for (arguments, status, expected) in [
        (&["none.bro", "-o", "x.png"][..], 2, "must end in .svg, .dot, .mmd or .txt"),
        (&["none.bro"], 1, "adds no nodes to Cluster::nodes"),
        (&["missing.bro"], 1, "can't find missing.bro"),
        (&["none.bro", "-o", "no/such/folder.svg"], 1, "adds no nodes"),
    ] {
        let output = graph(folder.path(), arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}
