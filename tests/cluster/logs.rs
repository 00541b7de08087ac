//! Records of logs on their way from the nodes that write them to the loggers that keep them.

use std::fmt::Write as _;
use std::path::Path;

use crate::harness::{Node, free_ports};

/// What every node runs. A node tells when a record that it writes has a way to all loggers.
const SCRIPT: &str = r#"
@load base/frameworks/cluster
@load base/frameworks/reporter
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

# The loggers, and those that are up; the manager has their part where there is none.
function loggers(): set[string]
	{
	local names: set[string];

	for ( name in Cluster::nodes )
		{
		if ( Cluster::nodes[name]$node_type == (Cluster::manager_is_logger ? Cluster::MANAGER : Cluster::LOGGER) )
			add names[name];
		}

	return names;
	}

global up: set[string];

event Cluster::node_up(name: string, id: string)
	{
	add up[name];
	print fmt("up %s", name);

	if ( |up & loggers()| == |loggers()| && name in loggers() )
		print "loggers are up";
	}

function put(number: count)
	{
	Log::write(Test::LOG, [$node=Cluster::node, $number=number]);
	}
"#;

/// A folder for each node of a layout, with the layout and the script in it.
fn folder_for<const N: usize>(nodes: [&str; N], script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let with_loggers = nodes.iter().any(|name| name.starts_with("logger"));
    let mut layout = format!("redef Cluster::manager_is_logger = {};\n", if with_loggers { "F" } else { "T" });
    layout.push_str("redef Cluster::nodes = {\n");
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

fn has(lines: &[String], wanted: &str) -> bool {
    lines.iter().any(|line| line.contains(wanted))
}

#[test]
fn records_of_every_role_are_kept_by_the_logger_alone() {
    let nodes = ["logger-1", "manager", "proxy-1", "worker-1"];
    let folder = folder_for(
        nodes,
        r#"
event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name != "logger-1" )
		return;

	put(1);
	Cluster::log("a line of its own");
	Reporter::warning("it is late");
	print "wrote";
	}
"#,
    );
    let folder = folder.path();
    let mut all: Vec<Node> = nodes.iter().map(|name| start(folder, name)).collect();
    let logger = all.remove(0);
    for mut node in all.drain(..).rev() {
        node.waits_for("wrote");
        node.stop();
    }
    logger.stop();
    let mut kept = lines(folder, "logger-1", "test.log");
    kept.sort();
    assert_eq!(kept, ["manager\t1", "proxy-1\t1", "worker-1\t1"]);
    let (cluster, broker) = (lines(folder, "logger-1", "cluster.log"), lines(folder, "logger-1", "broker.log"));
    let reporter = lines(folder, "logger-1", "reporter.log");
    for (log, fields, types) in [
        ("cluster.log", "ts\tnode\tmessage", "time\tstring\tstring"),
        (
            "broker.log",
            "ts\tty\tev\tpeer.address\tpeer.bound_port\tmessage",
            "time\tenum\tstring\tstring\tport\tstring",
        ),
        ("reporter.log", "ts\tlevel\tmessage\tlocation", "time\tenum\tstring\tstring"),
    ] {
        let text = std::fs::read_to_string(folder.join("logger-1").join(log)).unwrap();
        let head = format!("\n#fields\t{fields}\n#types\t{types}\n");
        assert!(text.contains(&head) && text.contains("\n#close\t"), "{text}");
    }
    assert!(has(&cluster, "\tlogger-1\tlistening on :"), "{cluster:#?}");
    for node in &nodes[1..] {
        for wanted in [format!("\tlogger-1\tgot hello from {node} ("), format!("\tlogger-1\tnode down: {node}")] {
            assert!(has(&cluster, &wanted), "no {wanted} in {cluster:#?}");
        }
        assert!(has(&cluster, &format!("\t{node}\ta line of its own")), "{cluster:#?}");
        let logs = std::fs::read_dir(folder.join(node)).unwrap().flatten();
        let logs = logs.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "log"));
        assert_eq!(logs.count(), 0, "{node} keeps logs of its own");
    }
    assert_eq!(reporter.iter().filter(|line| line.contains("\tReporter::WARNING\tit is late\t")).count(), 3);
    for (what, message) in [("peer-added", "handshake successful"), ("connection-terminated", "lost remote peer")] {
        let line = |line: &&String| {
            line.contains(&format!("\tBroker::STATUS\t{what}\t")) && line.ends_with(&format!("\t{message}"))
        };
        assert!(broker.iter().any(|text| line(&text)), "no {what} in {broker:#?}");
    }
}

#[test]
fn the_manager_keeps_the_logs_where_there_is_no_logger() {
    let script = r#"
event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( name != "manager" )
		return;

	put(7);
	terminate();
	}
"#;
    let folder = folder_for(["manager", "worker-1"], script);
    let folder = folder.path();
    let manager = start(folder, "manager");
    start(folder, "worker-1").ends();
    manager.stop();
    assert_eq!(lines(folder, "manager", "test.log"), ["worker-1\t7"]);
    assert!(!folder.join("worker-1/test.log").exists());
}

/// Columns of every type that logs have, and a record whose values are the same wherever it is written.
const EVERY_TYPE: &str = r#"
module Types;

export {
	redef enum Log::ID += { LOG };

	type Info: record {
		t: time &log;
		b: bool &log;
		i: int &log;
		c: count &log;
		d: double &log;
		iv: interval &log;
		s: string &log;
		o: string &log &optional;
		e: Log::ID &log;
		p: port &log;
		a4: addr &log;
		a6: addr &log;
		n4: subnet &log;
		n6: subnet &log;
		sc: set[count] &log;
		se: set[string] &log;
		so: set[addr] &log &optional;
		vd: vector of double &log;
		ve: vector of string &log;
		f: function(n: count): count &log;
	};
}

function twice(n: count): count
	{
	return n * 2;
	}

event bro_init() &priority=5
	{
	Log::create_stream(Types::LOG, [$columns=Info, $path="types"]);
	Log::add_filter(Types::LOG, [$name="json", $path="types_json", $config=table(["use_json"] = "T")]);
	}

function put_types()
	{
	Log::write(Types::LOG, Types::Info($t=double_to_time(1700000000.25), $b=T, $i=-5, $c=42, $d=1.5e-7,
	                                   $iv=1.5sec, $s="tab\tand \x00 and (empty) and \\ and \xc3\xa4", $e=Types::LOG, $p=53/udp,
	                                   $a4=1.2.3.4, $a6=[2001:db8::1], $n4=10.0.0.0/8, $n6=[2001:db8::]/32, $sc=set(3),
	                                   $se=set(), $vd=vector(0.5, -1.0), $ve=vector("", "-"), $f=twice));
	}
"#;

#[test]
fn the_files_of_a_logger_are_those_that_the_node_itself_would_write() {
    let script = format!(
        "{EVERY_TYPE}
event Cluster::node_up(name: string, id: string) &priority=-5
	{{
	if ( Cluster::node != \"worker-1\" || name != \"logger-1\" )
		return;

	put_types();
	terminate();
	}}

event bro_init()
	{{
	if ( Cluster::node != \"\" )
		return;

	put_types();
	terminate();
	}}
"
    );
    let folder = folder_for(["logger-1", "manager", "worker-1"], &script);
    let folder = folder.path();
    let logger = start(folder, "logger-1");
    start(folder, "worker-1").ends();
    logger.stop();
    Node::start(&folder.join("manager"), "", &["node.bro"]).ends();
    for log in ["types.log", "types_json.log"] {
        let read = |node: &str| {
            let text = std::fs::read(folder.join(node).join(log)).unwrap();
            let text = String::from_utf8_lossy(&text).into_owned();
            let steady = |line: &&str| !line.starts_with("#open") && !line.starts_with("#close");
            text.lines().filter(steady).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(read("logger-1"), read("manager"), "{log}");
    }
    let json = lines(folder, "logger-1", "types_json.log");
    let json: serde_json::Value = serde_json::from_str(&json[0]).unwrap();
    assert_eq!((&json["i"], &json["n4"]), (&serde_json::json!(-5), &serde_json::json!("10.0.0.0/8")));
}

#[test]
fn a_logger_writes_json_where_that_is_its_option() {
    let script = r#"
@if ( Cluster::node == "logger-1" )
redef LogAscii::use_json = T;
@endif

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node != "worker-1" || name != "logger-1" )
		return;

	put(5);
	terminate();
	}
"#;
    let folder = folder_for(["logger-1", "manager", "worker-1"], script);
    let folder = folder.path();
    let logger = start(folder, "logger-1");
    start(folder, "worker-1").ends();
    logger.stop();
    assert_eq!(lines(folder, "logger-1", "test.log"), [r#"{"node":"worker-1","number":5}"#]);
}

#[test]
fn two_loggers_take_turns() {
    let script = r#"
event Test::write_all()
	{
	Cluster::logger_pool$rr_key_seq["Cluster::rr_log_topic"] = 0;
	local number = 0;

	while ( number < 100 )
		put(++number);

	terminate();
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node == "worker-1" && /logger/ in name && |up & loggers()| == 2 )
		event Test::write_all();
	}
"#;
    let folder = folder_for(["logger-1", "logger-2", "manager", "worker-1"], script);
    let folder = folder.path();
    let loggers = ["logger-1", "logger-2"].map(|name| start(folder, name));
    start(folder, "worker-1").ends();
    loggers.into_iter().for_each(Node::stop);
    for (first, name) in ["logger-1", "logger-2"].into_iter().enumerate() {
        let wanted: Vec<String> = (0..50).map(|number| format!("worker-1\t{}", 2 * number + first + 1)).collect();
        assert_eq!(lines(folder, name, "test.log"), wanted, "{name}");
    }
}

#[test]
fn a_logger_that_comes_late_gets_what_was_logged_before() {
    let script = r#"
event bro_init()
	{
	if ( Cluster::node == "worker-1" )
		# Nobody at all is there.
		put(1);
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node != "worker-1" )
		return;

	if ( name == "manager" )
		{
		# No logger is there.
		put(2);
		print "begun";
		}
	else if ( name == "logger-1" )
		{
		put(3);
		terminate();
		}
	}
"#;
    let folder = folder_for(["logger-1", "manager", "worker-1"], script);
    let folder = folder.path();
    let mut manager = start(folder, "manager");
    let mut worker = start(folder, "worker-1");
    worker.waits_for("begun");
    let logger = start(folder, "logger-1");
    worker.ends();
    manager.waits_for("up logger-1");
    manager.stop();
    logger.stop();
    assert_eq!(lines(folder, "logger-1", "test.log"), ["worker-1\t1", "worker-1\t2", "worker-1\t3"]);
    // What the others have told of before there was a logger, too.
    let cluster = lines(folder, "logger-1", "cluster.log");
    for wanted in ["\tmanager\tlistening on ", "\tmanager\tgot hello from worker-1 ("] {
        assert!(has(&cluster, wanted), "no {wanted} in {cluster:#?}");
    }
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
fn a_node_that_ends_in_order_loses_no_record() {
    let script = r#"
event bro_done()
	{
	if ( Cluster::node == "worker-1" )
		put(10001);
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node != "worker-1" || name != "logger-1" )
		return;

	local number = 0;

	while ( number < 10000 )
		put(++number);

	terminate();
	}
"#;
    let folder = folder_for(["logger-1", "manager", "worker-1"], script);
    let folder = folder.path();
    let logger = start(folder, "logger-1");
    start(folder, "worker-1").ends();
    logger.stop();
    let kept = lines(folder, "logger-1", "test.log");
    assert_eq!(kept.len(), 10001);
    assert!(kept.iter().zip(1..).all(|(line, number)| *line == format!("worker-1\t{number}")));
}

#[test]
fn a_record_goes_out_soon_though_nothing_follows_it() {
    let script = r#"
redef Broker::log_batch_interval = 200msec;

# Only what is counted here goes over the network.
redef Cluster::held_log_records = 0;

event bro_init() &priority=-20
	{
	for ( id in Log::active_streams )
		{
		if ( id != Test::LOG )
			Log::__disable_stream(id);
		}
	}

event Cluster::node_up(name: string, id: string) &priority=-5
	{
	if ( Cluster::node != "worker-1" || name != "logger-1" )
		return;

	put(1);
	put(2);
	print fmt("%d wait", Broker::flush_logs());
	put(3);
	}

event Test::look()
	{
	print fmt("%d came in", get_broker_stats()$num_logs_incoming);
	schedule 20msec { Test::look() };
	}

event bro_init()
	{
	if ( Cluster::node == "logger-1" )
		event Test::look();
	}
"#;
    let folder = folder_for(["logger-1", "manager", "worker-1"], script);
    let folder = folder.path();
    let mut logger = start(folder, "logger-1");
    let mut worker = start(folder, "worker-1");
    // The first goes at once, as nothing of this log went before; the second waits.
    worker.waits_for("1 wait");
    logger.waits_for("3 came in");
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
