//! Each invariant in a run in which it does not hold, and all of them in runs in which they do.

use std::time::Duration;

use super::Written;
use super::logs::LogBook;
use crate::builtins::sim::Director;
use crate::network::StreamId;
use crate::simulation::tests::cluster_holding;
use crate::simulation::{INVARIANTS, Outcome, Simulation, invariants};
use crate::value::Value;
use crate::wire::{Data, EndpointId, Envelope, Kind, put_event};

fn started(names: &str) -> Simulation {
    let mut simulation = cluster_holding(1, invariants(names).unwrap());
    simulation.advance(Duration::from_secs(5));
    assert_eq!(simulation.failures(), &[] as &[String]);
    simulation
}

/// Does something to a node, lets time pass, and expects to be told of it.
fn is_told(mut simulation: Simulation, what: &str) {
    simulation.advance(Duration::from_secs(5));
    simulation.look_at_end();
    let failures = simulation.failures();
    assert!(failures.len() == 1 && failures.iter().all(|failure| failure.starts_with(what)), "{failures:?}");
    assert!(failures.iter().all(|failure| failure.contains(", at ") && failure.contains("the last messages:")));
}

fn evaluate(simulation: &mut Simulation, node: &str, expression: &str) {
    let node = simulation.find(node).unwrap();
    simulation.nodes[node].evaluate(expression).unwrap();
    simulation.wake(node, simulation.now());
}

#[test]
fn all_hold_in_a_run_with_kills_and_partitions() {
    let mut simulation = started("all");
    let (worker, manager) = (simulation.find("worker-1").unwrap(), simulation.find("manager").unwrap());
    simulation.partition([worker].into(), [manager].into());
    simulation.advance(Duration::from_secs(90));
    simulation.heal();
    simulation.kill(manager);
    simulation.advance(Duration::from_secs(5));
    simulation.start(manager);
    simulation.advance(Duration::from_mins(3));
    simulation.look_at_end();
    assert_eq!(simulation.failures(), &[] as &[String]);
}

#[test]
fn a_wrong_count_of_workers_is_told() {
    let mut simulation = started("all");
    let manager = simulation.find("manager").unwrap();
    simulation.with_engine(manager, |engine| {
        let id = engine.vm.program.find("Cluster::worker_count".into()).unwrap();
        engine.vm.set_global(id, Value::Count(7));
    });
    is_told(
        simulation,
        "invariant workers does not hold on manager: Cluster::worker_count is 7, and the connected workers are: \
         worker-1, worker-2",
    );
}

#[test]
fn an_event_that_comes_twice_is_told_unless_a_scenario_repeats_it() {
    for forgives in [true, false] {
        let mut simulation = started("all");
        simulation.network.borrow_mut().books.as_mut().unwrap().forgives_no_copies = !forgives;
        simulation.rule(b"bro/cluster/worker", crate::builtins::sim::Mischief::Duplicate, 1.0);
        evaluate(
            &mut simulation,
            "manager",
            "Broker::publish(Cluster::worker_topic, Cluster::node_up, \"nobody\", \"1\")",
        );
        simulation.advance(Duration::from_secs(1));
        if forgives {
            assert_eq!(simulation.failures(), &[] as &[String]);
            continue;
        }
        let what = "Cluster::node_up to bro/cluster/worker with the same arguments came 2 times and was sent 1 times";
        assert!(simulation.failures().iter().all(|failure| failure.contains(what)), "{:?}", simulation.failures());
        assert!(!simulation.failures().is_empty());
    }
}

#[test]
fn a_pool_that_takes_the_dead_for_alive_is_told() {
    let mut simulation = started("pools");
    let manager = simulation.find("manager").unwrap();
    let arguments = [b"proxy-1", b"nothing"].map(|text: &[u8; 7]| Data::String(text.to_vec()));
    Director::raise(&mut simulation, manager, "Cluster::node_down", &arguments).unwrap();
    is_told(
        simulation,
        "invariant pools does not hold on manager: pool bro/cluster/pool/proxy: alive are 0: [], and connected are [proxy-1]",
    );
}

#[test]
fn a_clone_that_lost_an_entry_is_told() {
    let mut simulation = started("stores");
    evaluate(&mut simulation, "manager", "Broker::put(known$store, \"key\", 1)");
    simulation.advance(Duration::from_secs(5));
    let (manager, worker) = (simulation.find("manager").unwrap(), simulation.find("worker-1").unwrap());
    // The master's file changes behind its back.
    simulation.machine(manager).unwrap().borrow_mut().stores.values().for_each(|file| file.borrow_mut().lose_all());
    assert!(simulation.peek(worker, |_| ()).is_some());
    simulation.advance(Duration::from_secs(1));
    let failures = simulation.failures();
    assert!(
        failures.iter().any(|failure| failure.starts_with(
            "invariant stores does not hold on worker-1: store known: key is there and not in the master"
        ))
    );
}

#[test]
fn a_file_that_lost_a_line_is_told() {
    let simulation = started("logs");
    let logger = simulation.find("logger-1").unwrap();
    let machine = simulation.machine(logger).unwrap();
    {
        let memory = &mut machine.borrow_mut().memory;
        let file = memory.files.get_mut("cluster.log").unwrap();
        let line = file.iter().rposition(|byte| *byte == b'\n').unwrap();
        let before = file[..line].iter().rposition(|byte| *byte == b'\n').unwrap();
        file.drain(before..line);
    }
    is_told(simulation, "invariant logs does not hold on logger-1: cluster.log has ");
}

#[test]
fn a_record_that_no_logger_writes_is_told() {
    let mut simulation = started("logs");
    simulation.network.borrow_mut().books.as_mut().unwrap().logs.handed_over(1, "Lost::LOG at lost", b"a record", true);
    simulation.advance(Duration::from_secs(1));
    is_told(
        simulation,
        "invariant logs does not hold on manager: 1 records are written by no logger, of Lost::LOG at lost",
    );
}

#[test]
fn a_record_for_one_logger_is_written_by_one() {
    let mut book = LogBook::default();
    let sender = EndpointId([7; 16]);
    book.first_seen(sender, 3);
    let mut wrote = |logger: usize, for_one: Option<bool>| {
        if let Some(for_one) = for_one {
            book.handed_over(3, "A::LOG at a", b"a record", for_one);
        }
        book.wrote(sender, logger, "A::LOG at a", b"a record");
        book.seen.drain(..).map(|seen| (seen.node, seen.what)).collect::<Vec<_>>()
    };
    let again =
        |logger| vec![(logger, "a record of A::LOG at a is written more often than it was handed over".to_owned())];
    assert_eq!(wrote(1, Some(true)), []);
    assert_eq!(wrote(2, None), again(2));
    assert_eq!(wrote(1, Some(false)), []);
    assert_eq!(wrote(2, None), []);
    assert_eq!(wrote(2, None), again(2));
    // Twice the same, which the first logger has not written yet.
    assert_eq!(wrote(2, Some(false)), again(2));
    assert_eq!([wrote(1, None), wrote(1, None)], [vec![], again(1)]);
}

/// A long run in which nobody looks, as one without a scenario is.
#[test]
fn books_do_not_grow_for_ever() {
    let mut simulation = started("all");
    let sender = EndpointId([7; 16]);
    for number in 0..=10_000 {
        let (mut payload, mut content) = (Vec::new(), Vec::new());
        put_event(format!("event_{number}").as_bytes(), 0, false, &mut payload);
        let receiver = EndpointId([0; 16]);
        Envelope { sender, receiver, kind: Kind::Data, topic: b"a topic", payload: &payload }.encode(&mut content);
        let (now, stream, content) = (simulation.now(), StreamId(1), content.as_slice());
        let mut network = simulation.network.borrow_mut();
        let books = network.books.as_mut().unwrap();
        books.written(&Written { now, stream, node: 1, content, in_handshake: false, copies: 1 });
    }
    let is_short = |simulation: &mut Simulation| !simulation.network.borrow().books.as_ref().unwrap().is_long();
    assert!(!is_short(&mut simulation));
    assert_eq!(simulation.run_until(Duration::from_secs(30), is_short), Outcome::Reached);
}

#[test]
fn names_are_read() {
    assert_eq!(invariants("all").unwrap().len(), INVARIANTS.len());
    assert_eq!(
        invariants("stores,logs").unwrap().iter().map(|found| found.name).collect::<Vec<_>>(),
        ["stores", "logs"]
    );
    let unknown = invariants("stors").unwrap_err();
    assert_eq!(unknown, "no invariant \"stors\"; there are events, stores, workers, pools, logs");
}
