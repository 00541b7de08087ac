//! The examples: those of all natives, each of which must print what its native's documentation says, and the clusters.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "support/ports.rs"]
mod ports;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use brood::builtins;
use ports::free_ports;

/// Stands in front of each example's output.
const MARK: &str = "=== example";

fn run(options: &[&str], script: &Path) -> Output {
    let brood = env!("CARGO_BIN_EXE_brood");
    let folder = script.parent().unwrap();
    Command::new(brood).arg("run").args(options).arg(script).current_dir(folder).env_clear().output().unwrap()
}

#[test]
fn examples_print_what_they_say() {
    let examples: Vec<_> = builtins::all()
        .flat_map(|(_, native)| native.examples.iter().map(|(expression, text)| (native.name, *expression, *text)))
        .collect();
    let mut script = String::new();
    for (number, (_, expression, _)) in examples.iter().enumerate() {
        let _ = writeln!(script, "event bro_init() &priority=-{number}\n\t{{\n\tprint \"{MARK} {number}\";");
        let _ = writeln!(script, "\tprint {expression};\n\t}}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("examples.bro");
    std::fs::write(&path, script).unwrap();
    let output = run(&["-b"], &path);
    let errors = String::from_utf8_lossy(&output.stderr);
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut results = vec![None; examples.len()];
    for part in printed.split(MARK).skip(1) {
        let (number, text) = part.trim_start().split_once('\n').unwrap_or((part, ""));
        results[number.trim().parse::<usize>().unwrap()] = Some(text.strip_suffix('\n').unwrap_or(text));
    }
    let mut wrong = String::new();
    for ((name, expression, expected), result) in examples.iter().zip(results) {
        if result != Some(*expected) {
            let _ = writeln!(wrong, "{name}: {expression}\n  expected {expected:?}\n  printed  {result:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}\n{errors}");
}

#[test]
fn every_native_can_be_named() {
    let mut script = String::new();
    for (number, (_, native)) in builtins::all().enumerate() {
        let _ = writeln!(script, "function use_{number}()\n\t{{\n\tlocal f = {};\n\t}}", native.name);
    }
    script.push_str("event bro_init()\n\t{\n\tprint \"loaded\";\n\tterminate();\n\t}\n");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.bro");
    std::fs::write(&path, script).unwrap();
    let output = run(&[], &path);
    let errors = String::from_utf8_lossy(&output.stderr);
    let unknown: Vec<&str> = errors.lines().filter(|line| line.contains("error")).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    assert!(String::from_utf8_lossy(&output.stdout).contains("loaded"), "{errors}");
}

/// An example of a cluster, running with free ports instead of its own.
struct Example {
    folder: tempfile::TempDir,
    up: Child,
}

impl Example {
    fn start(name: &str, arguments: &[&str]) -> Example {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
        for file in std::fs::read_dir(source).unwrap().flatten() {
            std::fs::copy(file.path(), folder.path().join(file.file_name())).unwrap();
        }
        let layout = folder.path().join("cluster-layout.bro");
        let text = std::fs::read_to_string(&layout).unwrap();
        let (head, nodes) = text.split_once("$p=").unwrap();
        let nodes: Vec<&str> = nodes.split("$p=").collect();
        assert!(nodes.len() >= 6, "{text}");
        let mut text = head.to_owned();
        for (node, port) in nodes.iter().zip(free_ports(nodes.len())) {
            let behind = node.trim_start_matches(|letter: char| letter.is_ascii_digit());
            let _ = write!(text, "$p={port}{behind}");
        }
        std::fs::write(&layout, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_brood"));
        command.args(["up", "."]).args(arguments).current_dir(folder.path()).stdin(Stdio::null());
        let up = command.stdout(Stdio::null()).spawn().unwrap();
        Example { folder, up }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("spool").join(name)
    }

    fn brood(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brood"));
        command.args(arguments).current_dir(self.folder.path()).output().unwrap()
    }

    /// Waits until a file has a text; gives all of it.
    fn wait(&mut self, file: &str, wanted: &str) -> String {
        let end = Instant::now() + Duration::from_mins(2);
        loop {
            let text = std::fs::read_to_string(self.path(file)).unwrap_or_default();
            if text.contains(wanted) {
                return text;
            }
            assert!(Instant::now() < end, "no \"{wanted}\" in {file}:\n{text}");
            assert!(self.up.try_wait().unwrap().is_none(), "it ended before \"{wanted}\" was in {file}:\n{text}");
            std::thread::yield_now();
        }
    }

    fn pid(&self, node: &str) -> String {
        self.status(node)["pid"].to_string()
    }

    fn status(&self, node: &str) -> serde_json::Value {
        let output = self.brood(&["status", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut nodes = status["nodes"].as_array().unwrap().iter();
        nodes.find(|found| found["name"] == node).unwrap().clone()
    }
}

impl Drop for Example {
    fn drop(&mut self) {
        self.brood(&["down"]);
        let _ = self.up.wait();
    }
}

/// The lines of a log, each with its columns.
fn lines(log: &str) -> impl Iterator<Item = Vec<&str>> {
    log.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect())
}

#[test]
fn tasks_get_done_whatever_happens_to_a_worker_a_proxy_and_the_manager() {
    let mut example = Example::start("tasks", &["tasks.bro", "Tasks::all=150"]);
    for (node, log) in [("worker-1", "\tworker-1\t"), ("proxy-2", "\tproxy-2")] {
        let begun = example.wait("logger-1/tasks.log", log);
        assert!(!begun.contains("\t149\t"), "{begun}");
        assert!(Command::new("kill").args(["-9", &example.pid(node)]).status().unwrap().success());
    }
    // It takes the store along in which 30 tasks were done.
    example.wait("logger-1/tasks.log", "\t30\t");
    assert!(Command::new("kill").args(["-9", &example.pid("manager")]).status().unwrap().success());
    let told = example.wait("logger-1/cluster.log", "\tall 150 tasks are done");
    assert!(told.contains("\tnode down: manager"), "{told}");
    // What nodes report catches up.
    let end = Instant::now() + Duration::from_mins(1);
    let counts = |node: &str| {
        let status = example.status(node);
        ["store_keys", "events_in", "logs_out"].map(|field| status[field].as_u64().unwrap())
    };
    while counts("manager")[0] != 150 || counts("proxy-1")[1] < 20 || counts("proxy-1")[2] < 20 {
        assert!(Instant::now() < end, "{:?} {:?}", counts("manager"), counts("proxy-1"));
    }
    // The last lines may still be on their way to the logger; whoever ends sees to it that they arrive.
    assert!(example.brood(&["down"]).status.success());
    assert!(example.up.wait().unwrap().success());
    let read = |name: &str| std::fs::read_to_string(example.path(name)).unwrap();
    let (tasks, cluster) = (read("logger-1/tasks.log"), read("logger-1/cluster.log"));
    let with = |column: usize, name: &str| -> BTreeSet<u64> {
        let lines = lines(&tasks).filter(|columns| name.is_empty() || columns[column] == name);
        lines.map(|columns| columns[1].parse().unwrap()).collect()
    };
    assert_eq!(with(0, ""), (1..=150).collect(), "{tasks}");
    assert_eq!(with(2, "worker-1"), (1..=150).step_by(2).collect(), "{tasks}");
    assert!(with(3, "proxy-1").len() > 20 && with(3, "proxy-2").len() > 20, "{tasks}");
    // The whole story is in one log: the hellos, the loss, the return.
    let said = |node: &str, text: &str| {
        lines(&cluster).filter(|columns| columns[1] == node && columns[2].starts_with(text)).count()
    };
    // The manager may have gone before it met a second life, and met everybody when it was back.
    for (node, exactly) in [("logger-1", true), ("manager", false)] {
        for (other, times) in [("worker-1", 2), ("proxy-2", 2), ("worker-2", 1)] {
            let said = said(node, &format!("got hello from {other} "));
            assert!(said == times || !exactly && said > times, "{node}, {other}:\n{cluster}");
        }
        assert!(said(node, "node down: worker-1") >= 1 && said(node, "node down: proxy-2") >= 1, "{cluster}");
    }
    assert_eq!(said("worker-2", "got hello from manager "), 2, "{cluster}");
    assert_eq!(said("manager", "created master store: tasks/done"), 2, "{cluster}");
    let told = std::fs::read_to_string(example.path("worker-2/stdout.log")).unwrap();
    assert!(told.contains("worker-2 knows that all is done"), "{told}");
}

#[test]
fn the_unit_tests_of_the_tasks_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/tasks");
    for (node, count) in [("worker-1", 1), ("proxy-2", 3)] {
        let arguments = ["test", "tasks_test.bro", "--layout", "cluster-layout.bro", "--node", node];
        let mut brood = Command::new(env!("CARGO_BIN_EXE_brood"));
        let output = brood.args(arguments).current_dir(&folder).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.ends_with(&format!("all {count} tests successful\n")), "{text}");
    }
}

#[test]
fn the_layout_of_the_documentation_starts() {
    let mut example = Example::start("cluster", &[]);
    for node in ["logger-1", "manager", "proxy-2", "worker-4"] {
        example.wait("logger-1/cluster.log", &format!("\t{node}\t"));
    }
}
