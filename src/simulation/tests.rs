//! Clusters that find each other, lose each other, and do the same each time.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use super::passage::look;
use super::{Invariant, Latency, NodeProgram, Outcome, Passage, Simulation, Stage};
use crate::engine::Options;
use crate::load::Setup;
use crate::load::embedded::SCRIPTS;
use crate::load::files::MemoryFiles;
use crate::load::path::SearchPath;
use crate::value::Value;
use crate::wire::{EndpointId, Envelope, Handshake, Kind};

const LAYOUT: &str = r#"
redef Cluster::manager_is_logger = F;
redef Cluster::nodes = {
	["logger-1"] = [$node_type=Cluster::LOGGER, $ip=127.0.0.1, $p=47760/tcp, $manager="manager"],
	["manager"] = [$node_type=Cluster::MANAGER, $ip=127.0.0.1, $p=47761/tcp, $logger="logger-1"],
	["proxy-1"] = [$node_type=Cluster::PROXY, $ip=127.0.0.1, $p=47762/tcp, $manager="manager", $logger="logger-1"],
	["worker-1"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=47763/tcp, $manager="manager", $logger="logger-1"],
	["worker-2"] = [$node_type=Cluster::WORKER, $ip=127.0.0.1, $p=47764/tcp, $manager="manager", $logger="logger-1"],
};
"#;

const NODE: &str = r#"
@load base/frameworks/cluster
@load base/frameworks/logging
redef exit_only_after_terminate = T;
redef Log::default_rotation_interval = 0sec;

global known: Cluster::StoreInfo;

event bro_init()
	{
	print fmt("%s begins at %.0f", Cluster::node, time_to_double(network_time()));
	known = Cluster::create_store("known", T);
	}

event Cluster::node_up(name: string, id: string)
	{
	print fmt("%s up", name);
	if ( name == "manager" )
		Broker::put(known$store, Cluster::node, 1);
	}

event Cluster::node_down(name: string, id: string)
	{
	print fmt("%s down", name);
	}

event tell(key: string)
	{
	when ( local answer = Broker::get(known$store, key) )
		{ print fmt("%s: %s", key, answer); }
	timeout 5sec
		{ print fmt("%s: nothing", key); }
	}
"#;

const NAMES: [&str; 5] = ["logger-1", "manager", "proxy-1", "worker-1", "worker-2"];

fn cluster(seed: u64) -> Simulation {
    cluster_holding(seed, Vec::new())
}

pub(super) fn cluster_holding(seed: u64, invariants: Vec<&'static Invariant>) -> Simulation {
    let mut simulation = Simulation::new(seed, Latency::default());
    simulation.hold(invariants);
    let files: Rc<MemoryFiles> = Rc::new([("cluster-layout.bro", LAYOUT), ("node.bro", NODE)].into_iter().collect());
    for name in NAMES {
        let files = files.clone();
        let setup = move || Setup {
            files: files.clone(),
            path: SearchPath::new("."),
            embedded: SCRIPTS,
            prefixes: Vec::new(),
            recover: true,
            salvage: false,
            parsed: None,
        };
        let program = NodeProgram {
            options: Options { bare: true, ..Options::default() },
            load: Rc::new(move |engine| engine.load(setup(), &["node.bro".to_owned()], &[], None)),
            variables: vec![("CLUSTER_NODE".to_owned(), name.to_owned())],
            at_end: None,
            patience: 1 << 24,
            outside: None,
        };
        let node = simulation.add(name, IpAddr::from([127, 0, 0, 1]), program).unwrap();
        simulation.start(node);
        assert_eq!(simulation.stage(node), Stage::Running, "{}", text(simulation.errors(node)));
    }
    simulation
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

fn output(simulation: &Simulation, name: &str) -> String {
    text(simulation.output(simulation.find(name).unwrap()))
}

fn waits_for(simulation: &mut Simulation, name: &str, what: &str) {
    let outcome = simulation.run_until(Duration::from_mins(2), |simulation| output(simulation, name).contains(what));
    let errors = text(simulation.errors(simulation.find(name).unwrap()));
    assert_eq!(outcome, Outcome::Reached, "{name} never says {what}:\n{}\n{errors}", output(simulation, name));
}

#[test]
fn a_cluster_finds_itself() {
    let mut simulation = cluster(1);
    for (name, other) in
        [("manager", "worker-1"), ("worker-2", "logger-1"), ("proxy-1", "worker-2"), ("logger-1", "manager")]
    {
        waits_for(&mut simulation, name, &format!("{other} up"));
    }
    assert!(simulation.now() < super::START + Duration::from_secs(5));
}

/// Everything that can be seen of a run.
fn record(seed: u64) -> (Vec<String>, Vec<Passage>) {
    let mut simulation = cluster(seed);
    simulation.trace();
    simulation.advance(Duration::from_secs(20));
    let worker = simulation.find("worker-1").unwrap();
    simulation.kill(worker);
    simulation.advance(Duration::from_secs(5));
    simulation.start(worker);
    simulation.advance(Duration::from_secs(20));
    let mut seen: Vec<String> = NAMES.iter().map(|name| output(&simulation, name)).collect();
    for node in 0..NAMES.len() {
        for file in simulation.files(node) {
            seen.push(format!("{file}: {}", text(simulation.file(node, &file).unwrap())));
        }
    }
    (seen, simulation.take_trace())
}

#[test]
fn the_same_seed_is_the_same_run_and_another_seed_another() {
    let (seen, passages) = record(1);
    assert!(seen.iter().any(|text| text.starts_with("cluster.log: #separator")), "{seen:?}");
    let (again, passages_again) = record(1);
    assert_eq!(seen, again);
    assert_eq!(passages, passages_again);
    let (_, others) = record(2);
    assert_ne!(passages, others);
    let kinds: BTreeSet<&str> = passages.iter().map(|passage| passage.kind).collect();
    let expected = ["ack", "batch", "command", "event", "hello", "log", "probe", "syn", "syn-ack", "version"];
    assert!(expected.iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
}

#[test]
fn a_killed_node_is_missed_and_comes_back() {
    let mut simulation = cluster(3);
    waits_for(&mut simulation, "manager", "worker-1 up");
    let worker = simulation.find("worker-1").unwrap();
    simulation.kill(worker);
    assert_eq!(simulation.stage(worker), Stage::Killed);
    waits_for(&mut simulation, "manager", "worker-1 down");
    simulation.start(worker);
    waits_for(&mut simulation, "manager", "worker-1 down\nworker-1 up");
    simulation.stop(worker);
    let end = simulation.run_until(Duration::from_mins(1), |simulation| simulation.stage(worker) == Stage::Ended(0));
    assert_eq!(end, Outcome::Reached);
    waits_for(&mut simulation, "manager", "up\nworker-1 down");
}

#[test]
fn what_a_master_answered_for_outlives_it() {
    let mut simulation = cluster(4);
    waits_for(&mut simulation, "worker-1", "manager up");
    simulation.advance(Duration::from_secs(20));
    let [manager, worker] = ["manager", "worker-2"].map(|name| simulation.find(name).unwrap());
    simulation.kill(manager);
    simulation.advance(Duration::from_secs(30));
    simulation.start(manager);
    waits_for(&mut simulation, "worker-2", "manager down\nmanager up");
    simulation.advance(Duration::from_secs(20));
    for node in [manager, worker] {
        simulation.with_engine(node, |engine| engine.vm.queue_event_by_name("tell", [Value::string("worker-1")]));
    }
    let told = "worker-1: [status=Broker::SUCCESS, result=[data=broker::data{1}]]";
    waits_for(&mut simulation, "manager", told);
    waits_for(&mut simulation, "worker-2", told);
}

#[test]
fn a_partition_is_noticed_and_heals() {
    let mut simulation = cluster(5);
    waits_for(&mut simulation, "manager", "worker-1 up");
    simulation.advance(Duration::from_secs(10));
    let [worker, manager, logger, proxy] =
        ["worker-1", "manager", "logger-1", "proxy-1"].map(|name| simulation.find(name).unwrap());
    let others: BTreeSet<usize> = [manager, logger, proxy].into();
    // A short one is only a pause.
    simulation.partition([worker].into(), others.clone());
    simulation.advance(Duration::from_secs(10));
    simulation.heal();
    simulation.advance(Duration::from_mins(3));
    assert!(!output(&simulation, "manager").contains("worker-1 down"));
    simulation.partition([worker].into(), others);
    waits_for(&mut simulation, "manager", "worker-1 down");
    waits_for(&mut simulation, "worker-1", "manager down");
    simulation.heal();
    waits_for(&mut simulation, "manager", "worker-1 down\nworker-1 up");
}

#[test]
fn an_envelope_is_none_of_the_handshake_whatever_it_begins_with() {
    let mut bytes = Vec::new();
    Handshake::OriginatorAck.encode(&mut bytes);
    let last = look(&bytes, true);
    assert!(last.ends_handshake);
    // The name of an endpoint is drawn by chance, and may begin with what that message is made of.
    let sender = EndpointId([bytes[0]; 16]);
    let envelope =
        Envelope { sender, receiver: EndpointId([0; 16]), kind: Kind::Ping, topic: b"a topic", payload: b"" };
    bytes.clear();
    envelope.encode(&mut bytes);
    let sight = look(&bytes, !last.ends_handshake);
    assert_eq!((sight.kind, sight.topic.as_slice()), ("ping", b"a topic".as_slice()));
}
