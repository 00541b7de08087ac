//! Data stores across nodes.

use crate::harness::{NODES, Node, folder_with_cluster, free_ports};

/// Asks the store `known` for a key until it has it, and tells what that is.
const ASK: &str = r#"
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
"#;

#[test]
fn a_store_is_one_store_on_every_node_and_survives_its_master() {
    let folder = folder_with_cluster(&format!(
        "{ASK}{}",
        r#"
redef Cluster::stores += { ["known"] = Cluster::StoreInfo($master_node="manager", $backend=Broker::SQLITE) };
redef Broker::default_clone_resync_interval = 1sec;

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
    ));
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

/// A master and a clone of the store "s", which find each other at a port.
struct Pair {
    folder: tempfile::TempDir,
}

impl Pair {
    /// `settings`: of the clone, in Bro.
    fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port] = free_ports();
        let clone = CLONE.replace("PORT", &port.to_string());
        std::fs::write(folder.path().join("clone.bro"), format!("{clone}{settings}")).unwrap();
        std::fs::write(folder.path().join("master.bro"), MASTER.replace("PORT", &port.to_string())).unwrap();
        Pair { folder }
    }

    fn start(&self, script: &str) -> Node {
        Node::start(self.folder.path(), "", &[script])
    }

    /// A master that has "k", at `value`.
    fn master(&self, value: &str) -> Node {
        let script = std::fs::read_to_string(self.folder.path().join("master.bro")).unwrap();
        std::fs::write(self.folder.path().join("master-now.bro"), script.replace("VALUE", value)).unwrap();
        self.start("master-now.bro")
    }
}

/// It is there late, and tells when a key comes.
const MASTER: &str = r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
global s: opaque of Broker::Store;

event look_for(key: string)
	{
	when ( local r = Broker::exists(s, key) )
		{
		if ( r$result as bool )
			print fmt("has %s", key);
		else
			schedule 20msec { look_for(key) };
		}
	timeout 10sec { event look_for(key); }
	}

event make_store()
	{
	s = Broker::create_master("s");
	Broker::put(s, "k", "VALUE");
	event look_for("kept");
	event look_for("late");
	}

event bro_init()
	{
	Broker::listen("127.0.0.1", PORT/tcp);
	event make_store();
	}
"#;

/// It tells what it gets for "k" whenever that changes, and writes while its master is away.
const CLONE: &str = r#"
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
redef Broker::default_connect_retry = 100msec;
global s: opaque of Broker::Store;
global last = "";

function tell(what: string)
	{
	if ( what != last )
		print fmt("look-up: %s", what);
	last = what;
	}

event look()
	{
	when ( local r = Broker::get(s, "k") )
		{
		tell(r$status == Broker::SUCCESS ? fmt("found %s", r$result as string) : "no such key");
		schedule 20msec { look() };
		}
	timeout 200msec
		{
		tell("no answer");
		schedule 20msec { look() };
		}
	}

event write_late()
	{
	print fmt("written late: %s", Broker::put(s, "late", T));
	}

event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string)
	{
	print fmt("written: %s", Broker::put(s, "kept", T));
	schedule 700msec { write_late() };
	}

event bro_init()
	{
	s = Broker::create_clone("s");
	Broker::peer("127.0.0.1", PORT/tcp, 100msec);
	event look();
	}
"#;

#[test]
fn a_clone_answers_until_it_is_stale_and_again_from_the_next_master() {
    let pair = Pair::new("redef Broker::default_clone_stale_interval = 500msec;\n");
    let mut clone = pair.start("clone.bro");
    let mut master = pair.master("one");
    clone.waits_for("look-up: found one");
    master.kill();
    clone.waits_for("written: T");
    clone.waits_for("look-up: no answer");
    let mut master = pair.master("two");
    clone.waits_for("look-up: found two");
    master.waits_for("has kept");
}

#[test]
fn a_clone_that_never_gets_stale_goes_on_answering() {
    let pair = Pair::new("redef Broker::default_clone_stale_interval = -1sec;\n");
    let mut clone = pair.start("clone.bro");
    let mut master = pair.master("one");
    clone.waits_for("look-up: found one");
    master.kill();
    clone.waits_for("written late: T");
    // Anything else would have been told before.
    let mut master = pair.master("two");
    assert_eq!(clone.next_with("look-up"), "look-up: found two");
    master.waits_for("has late");
}

#[test]
fn writes_are_kept_for_their_time_and_refused_later() {
    let pair = Pair::new("redef Broker::default_clone_mutation_buffer_interval = 300msec;\n");
    let mut clone = pair.start("clone.bro");
    let mut master = pair.master("one");
    clone.waits_for("look-up: found one");
    master.kill();
    clone.waits_for("written: T");
    clone.waits_for("Broker store 's': 1 changes are lost");
    clone.waits_for("written late: F");
    clone.waits_for("Broker store 's': stale_data");
}
