//! Whole clusters of processes on this machine, over real sockets with ports that are free.
//!
//! Nothing here sleeps: a test waits for the line that it needs, and gives up when that does not come.

// A test that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
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

struct Node {
    name: String,
    child: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Node {
    fn start(folder: &Path, name: &str, scripts: &[&str]) -> Node {
        let mut command = Command::new(env!("CARGO_BIN_EXE_brood"));
        command.arg("run").arg("-b").args(scripts).current_dir(folder).env_clear();
        if !name.is_empty() {
            command.env("CLUSTER_NODE", name);
        }
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
    fn waits_for(&mut self, wanted: &str) {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(place) = self.seen.iter().position(|line| line.contains(wanted)) {
                self.seen.remove(place);
                return;
            }
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => self.seen.push(line),
                Err(error) => panic!("{} ({error}): no \"{wanted}\" in {:#?}", self.name, self.seen),
            }
        }
    }

    fn kill(&mut self) {
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

/// Ports that nobody listens on. They are all held until the last is found, so that they differ.
fn free_ports<const N: usize>() -> [u16; N] {
    let held = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    held.map(|listener| listener.local_addr().unwrap().port())
}

const NODES: [(&str, &str); 4] =
    [("manager", "MANAGER"), ("proxy-1", "PROXY"), ("worker-1", "WORKER"), ("worker-2", "WORKER")];

fn folder_with_cluster(script: &str) -> tempfile::TempDir {
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

fn others(name: &str) -> Vec<&'static str> {
    // Workers have no connection to each other.
    let related = |other: &str| other != name && !(name.starts_with("worker") && other.starts_with("worker"));
    NODES.iter().map(|(other, _)| *other).filter(|other| related(other)).collect()
}

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

#[test]
fn a_store_is_one_store_on_every_node_and_survives_its_master() {
    let folder = folder_with_cluster(
        r#"
redef Cluster::stores += { ["known"] = Cluster::StoreInfo($master_node="manager", $backend=Broker::SQLITE) };
redef Broker::default_clone_resync_interval = 1sec;
global known: Cluster::StoreInfo;

event ask(key: string)
	{
	when ( local answer = Broker::get(known$store, key) )
		{
		if ( answer$status == Broker::SUCCESS )
			print fmt("%s is %s", key, (answer$result as string));
		else
			schedule 100msec { ask(key) };
		}
	timeout 5sec
		{
		schedule 100msec { ask(key) };
		}
	}

event bro_init()
	{
	known = Cluster::create_store("known");
	event ask("from worker-1");
	}

event Cluster::node_up(name: string, id: string)
	{
	if ( name == "manager" && Cluster::node == "worker-1" )
		Broker::put(known$store, "from worker-1", "here");
	if ( name == "manager" && Cluster::node == "worker-2" )
		schedule 1sec { ask("from worker-1") };
	}
"#,
    );
    let mut nodes: Vec<Node> = NODES.iter().map(|(name, _)| Node::start(folder.path(), name, &["node.bro"])).collect();
    for node in &mut nodes {
        node.waits_for("from worker-1 is here");
    }
    nodes[0].kill();
    nodes[3].waits_for("down manager");
    nodes[0] = Node::start(folder.path(), "manager", &["node.bro"]);
    nodes[0].waits_for("from worker-1 is here");
    nodes[3].waits_for("up manager");
    nodes[3].waits_for("from worker-1 is here");
}

#[test]
fn an_argument_that_does_not_fit_is_refused_with_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let script = |name: &str, text: &str| {
        let head = "@load base/frameworks/broker\nredef exit_only_after_terminate = T;\n";
        std::fs::write(folder.path().join(name), format!("{head}{text}")).unwrap();
    };
    script(
        "listener.bro",
        &format!(
            "global odd: event(n: count);\nevent odd(n: count) {{ print \"never\"; }}\n\
             event bro_init() {{ Broker::subscribe(\"t/\"); print Broker::listen(\"127.0.0.1\", {port}/tcp); }}\n"
        ),
    );
    script(
        "dialler.bro",
        &format!(
            "global odd: event(n: string);\n\
             event bro_init() {{ Broker::peer(\"127.0.0.1\", {port}/tcp, 1sec); }}\n\
             event Broker::peer_added(e: Broker::EndpointInfo, m: string)\n\
             \t{{ print m; Broker::publish(\"t/x\", odd, \"one\"); }}\n"
        ),
    );
    let mut listener = Node::start(folder.path(), "", &["listener.bro"]);
    listener.waits_for(&format!("{port}/tcp"));
    let mut dialler = Node::start(folder.path(), "", &["dialler.bro"]);
    dialler.waits_for("received handshake from remote core");
    listener.waits_for("failed to convert remote event 'odd' arg #1");
}

#[test]
fn called_as_bro_its_own_search_path_goes_before_that_of_zeek() {
    let folder = folder_with_cluster("");
    let bro = folder.path().join("bro");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_brood"), &bro).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let output = Command::new(bro)
        .args(["-b", "-e", "@load base/frameworks/cluster\nprint |Cluster::nodes|; terminate();"])
        .current_dir(elsewhere.path())
        .env_clear()
        .env("CLUSTER_NODE", "worker-1")
        .env("BROPATH", format!(".:/brood-embedded:{}", folder.path().display()))
        .env("ZEEKPATH", ".:/brood-embedded")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "4\n", "{}", String::from_utf8_lossy(&output.stderr));
}
