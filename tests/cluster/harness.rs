//! Processes under test, their folders and ports.
//!
//! Nothing here sleeps: a test waits for the line that it needs, and gives up when that does not come.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_mins(1);

/// What every node runs: it tells who is there, and greets the manager.
const SCRIPT: &str = r#"
@load base/frameworks/cluster
redef exit_only_after_terminate = T;
redef Log::default_writer = Log::WRITER_NONE;
redef Cluster::retry_interval = 1sec;

global hello_manager: event(from: string);
global stop: event();

event hello_manager(from: string)
	{
	print fmt("hello from %s, remote %s", from, is_remote_event());
	}

event Cluster::node_up(name: string, id: string)
	{
	print fmt("up %s", name);
	if ( name == "manager" )
		Broker::publish(Cluster::manager_topic, hello_manager, Cluster::node);
	}

event Cluster::node_down(name: string, id: string)
	{
	print fmt("down %s", name);
	}
"#;

pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Node {
    pub(crate) fn start(folder: &Path, name: &str, scripts: &[&str]) -> Node {
        Node::start_program(Path::new(env!("CARGO_BIN_EXE_brood")), &["run", "-b"], folder, name, scripts)
    }

    /// As [`Node::start`], with another name of the program and other options.
    pub(crate) fn start_program(program: &Path, options: &[&str], folder: &Path, name: &str, scripts: &[&str]) -> Node {
        let mut command = Command::new(program);
        command.args(options).args(scripts).current_dir(folder).env_clear();
        if !name.is_empty() {
            command.env("CLUSTER_NODE", name);
        }
        Node::spawn(name, command)
    }

    /// A node of one script, called as Bro is: what it reports comes in lines that are not wrapped.
    pub(crate) fn start_as_bro(folder: &Path, script: &str, variables: &[(&str, &str)]) -> Node {
        let mut command = Command::new(called("bro", folder));
        command.args(["-b", script]).current_dir(folder).env_clear().envs(variables.iter().copied());
        Node::spawn(script, command)
    }

    fn spawn(name: &str, mut command: Command) -> Node {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let streams: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for stream in streams {
            let sender = sender.clone();
            std::thread::spawn(move || {
                let lines = BufReader::new(stream).lines().map_while(Result::ok);
                lines.for_each(|line| drop(sender.send(line)));
            });
        }
        Node { name: name.to_owned(), child, lines, seen: Vec::new() }
    }

    /// Waits until the node has printed a line, since the last line that was waited for.
    pub(crate) fn waits_for(&mut self, wanted: &str) {
        self.next_with(wanted);
    }

    /// The first line of the node that has a text in it, of those that were not waited for.
    pub(crate) fn next_with(&mut self, wanted: &str) -> String {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(place) = self.seen.iter().position(|line| line.contains(wanted)) {
                return self.seen.remove(place);
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.seen.push(line),
                Err(error) => panic!("{} ({error}): no \"{wanted}\" in {:#?}", self.name, self.seen),
            }
        }
    }

    /// Waits until the node has ended by itself, and well.
    pub(crate) fn ends(mut self) {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.push(line),
                // Nobody can write to its output any more.
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("{} does not end: {:#?}", self.name, self.seen),
            }
        }
        assert!(self.child.wait().unwrap().success(), "{} ends badly: {:#?}", self.name, self.seen);
    }

    /// Has the node end in order, and waits until it has.
    pub(crate) fn stop(self) {
        let stopped = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(stopped.success());
        self.ends();
    }

    /// Holds against the node what it has printed so far and nobody waited for.
    pub(crate) fn never_printed(&mut self, unwanted: &str) {
        self.seen.extend(self.lines.try_iter());
        assert!(
            !self.seen.iter().any(|line| line.contains(unwanted)),
            "{}: \"{unwanted}\" in {:#?}",
            self.name,
            self.seen
        );
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Ports that nobody listens on.
pub(crate) fn free_ports<const N: usize>() -> [u16; N] {
    crate::ports::free_ports(N).try_into().unwrap()
}

/// The program under another name, in a folder.
pub(crate) fn called(name: &str, folder: &Path) -> PathBuf {
    let link = folder.join(name);
    if !link.exists() {
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_brood"), &link).unwrap();
    }
    link
}

pub(crate) const NODES: [(&str, &str); 4] =
    [("manager", "MANAGER"), ("proxy-1", "PROXY"), ("worker-1", "WORKER"), ("worker-2", "WORKER")];

pub(crate) fn folder_with_cluster(script: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut layout = "redef Cluster::nodes = {\n".to_owned();
    for ((name, role), port) in NODES.iter().zip(free_ports::<4>()) {
        let manager = if *role == "MANAGER" { "" } else { ", $manager=\"manager\"" };
        let _ =
            writeln!(layout, "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip=127.0.0.1, $p={port}/tcp{manager}],");
    }
    layout.push_str("};\n");
    std::fs::write(folder.path().join("cluster-layout.bro"), layout).unwrap();
    std::fs::write(folder.path().join("node.bro"), format!("{SCRIPT}{script}")).unwrap();
    folder
}

pub(crate) fn others(name: &str) -> Vec<&'static str> {
    // Workers have no connection to each other.
    let related = |other: &str| other != name && !(name.starts_with("worker") && other.starts_with("worker"));
    NODES.iter().map(|(other, _)| *other).filter(|other| related(other)).collect()
}
