//! Records of logs while their logger is away, and logs that a logger rotates. How they come to it otherwise is in
//! tests/suite/logs.

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Node, free_ports};

/// What every node runs.
const SCRIPT: &str = r#"
@load base/frameworks/cluster
redef exit_only_after_terminate = T;
redef Cluster::retry_interval = 1sec;
redef Log::default_rotation_interval = 0sec;

module Test;

export {
	redef enum Log::ID += { LOG };

	type Info: record {
		node: string &log;
		number: count &log;
	};
}

event bro_init() &priority=5
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	}

event Cluster::node_up(name: string, id: string)
	{
	print fmt("up %s", name);
	}

function put(number: count)
	{
	Log::write(Test::LOG, [$node=Cluster::node, $number=number]);
	}
"#;

/// A folder for each node of a layout, with the layout and the script in it.
fn folder_for<const N: usize>(nodes: [&str; N], script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut layout = "redef Cluster::manager_is_logger = F;\nredef Cluster::nodes = {\n".to_owned();
    for (name, port) in nodes.iter().zip(free_ports::<N>()) {
        let role = name.split('-').next().unwrap_or_default().to_uppercase();
        let manager = if role == "MANAGER" { "" } else { ", $manager=\"manager\"" };
        let _ =
            writeln!(layout, "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip=127.0.0.1, $p={port}/tcp{manager}],");
    }
    layout.push_str("};\n");
    for name in nodes {
        let place = folder.path().join(name);
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join("cluster-layout.bro"), &layout).unwrap();
        std::fs::write(place.join("node.bro"), format!("{SCRIPT}{script}")).unwrap();
    }
    folder
}

fn start(folder: &Path, name: &str) -> Node {
    Node::start(&folder.join(name), name, &["node.bro"])
}

/// The lines of a node's log but the header.
fn lines(folder: &Path, node: &str, log: &str) -> Vec<String> {
    let path = folder.join(node).join(log);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// A worker that logs a thousand records whenever it misses its logger.
const MISSING: &str = r#"
event Cluster::node_down(name: string, id: string)
	{
	if ( Cluster::node != "worker-1" || name != "logger-1" )
		return;

	local number = 0;

	while ( number < 1000 )
		put(++number);

	print "logged";
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node == "worker-1" && name == "logger-1" )
		{
		put(0);
		Broker::flush_logs();
		}
	}
"#;

/// What the second logger writes when the first was killed and a worker has logged a thousand records meanwhile.
fn without_logger(settings: &str, warns: Option<&str>) -> Vec<String> {
    let folder = folder_for(["logger-1", "manager", "worker-1"], &format!("{MISSING}{settings}"));
    let folder = folder.path();
    let mut logger = start(folder, "logger-1");
    let manager = start(folder, "manager");
    let mut worker = start(folder, "worker-1");
    worker.waits_for("up logger-1");
    logger.kill();
    worker.waits_for("logged");
    if let Some(warning) = warns {
        worker.waits_for(warning);
    }
    let logger = start(folder, "logger-1");
    worker.waits_for("up logger-1");
    worker.stop();
    manager.stop();
    logger.stop();
    let kept = lines(folder, "logger-1", "test.log");
    kept.iter().map(|line| line.trim_start_matches("worker-1\t").to_owned()).collect()
}

#[test]
fn what_is_logged_while_the_logger_is_away_waits_for_it() {
    let wanted: Vec<String> = (1..=1000).chain([0]).map(|number| number.to_string()).collect();
    assert_eq!(without_logger("", None), wanted);
}

#[test]
fn what_waits_for_a_logger_is_bounded() {
    let kept = without_logger("redef Cluster::held_log_records = 600;\n", Some("more than 600 log records wait"));
    // Other logs have a part of the room, and the last one was written when there was a logger.
    assert!((150..=601).contains(&kept.len()), "{kept:?}");
    let first: u64 = kept[0].parse().unwrap();
    let wanted: Vec<String> = (first..=1000).chain([0]).map(|number| number.to_string()).collect();
    assert_eq!(kept, wanted);
    // As in Bro, only the last batch has not been given away yet.
    let kept = without_logger("redef Cluster::held_log_records = 0;\n", None);
    assert!(kept.len() <= 201 && kept.last().is_some_and(|last| last == "0"), "{kept:?}");
}

#[test]
fn a_logger_rotates_what_others_write() {
    let script = r#"
@if ( Cluster::node == "logger-1" )
redef Log::default_rotation_interval = 1sec;
redef Log::default_rotation_postprocessor_cmd = "echo rotated";
@endif

event Test::again(number: count)
	{
	put(number);
	schedule 50msec { Test::again(number + 1) };
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node == "worker-1" && name == "logger-1" )
		event Test::again(1);
	}
"#;
    let folder = folder_for(["logger-1", "manager", "worker-1"], script);
    let folder = folder.path();
    let mut logger = start(folder, "logger-1");
    let worker = start(folder, "worker-1");
    for _ in 0..2 {
        logger.waits_for("rotated test.");
    }
    worker.stop();
    logger.stop();
    let mut numbers = Vec::new();
    let mut rotated = 0;
    for entry in std::fs::read_dir(folder.join("logger-1")).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if name.starts_with("test.") {
            rotated += 1;
            numbers.extend(lines(folder, "logger-1", &name));
        }
    }
    assert!(rotated >= 2, "{rotated} files");
    let number = |line: &String| line.split('\t').nth(1).unwrap().parse::<u64>().unwrap();
    let mut numbers: Vec<u64> = numbers.iter().map(number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
}
