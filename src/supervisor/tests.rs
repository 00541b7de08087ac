//! The supervisor's decisions, and the table, without processes.

use std::time::Duration;

use super::machine::{End, Event, Machine, Output, Settings, State};
use super::status::{ClusterStatus, NodeStatus};
use super::table::{Look, table};
use crate::cluster::Role;

const ROLES: [Role; 5] = [Role::Worker, Role::Proxy, Role::Manager, Role::Logger, Role::Worker];

fn at(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn just_before(moment: Duration) -> Duration {
    moment.saturating_sub(at(1))
}

fn outputs(machine: &mut Machine) -> Vec<Output> {
    std::iter::from_fn(|| machine.next_output()).collect()
}

/// What is to be done, without what is told.
fn deeds(machine: &mut Machine) -> Vec<Output> {
    outputs(machine).into_iter().filter(|output| !matches!(output, Output::Tell(_))).collect()
}

fn all_up() -> Machine {
    let mut machine = Machine::new(&ROLES, Settings::default());
    machine.advance(at(0));
    for node in [3, 2, 1, 0, 4] {
        assert!(deeds(&mut machine).iter().all(|deed| matches!(deed, Output::Start(_))));
        machine.ready(node, at(0));
    }
    assert_eq!(deeds(&mut machine), []);
    machine
}

#[test]
fn nodes_start_when_those_that_they_dial_are_there() {
    let mut machine = Machine::new(&ROLES, Settings::default());
    machine.advance(at(0));
    assert_eq!(deeds(&mut machine), [Output::Start(3)]);
    machine.ready(3, at(100));
    assert_eq!(outputs(&mut machine), [Output::Tell(Event::Ready { node: 3, after: at(100) }), Output::Start(2)]);
    machine.advance(at(200));
    assert_eq!(deeds(&mut machine), []);
    machine.ready(2, at(300));
    assert_eq!(deeds(&mut machine), [Output::Start(1)]);
    machine.ready(1, at(400));
    assert_eq!(deeds(&mut machine), [Output::Start(0), Output::Start(4)]);
    assert_eq!(machine.state(4), State::Starting);
}

#[test]
fn one_that_starts_slowly_holds_the_others_up_for_a_while_only() {
    let mut machine = Machine::new(&ROLES, Settings::default());
    machine.advance(at(0));
    assert_eq!(deeds(&mut machine), [Output::Start(3)]);
    let patience = machine.deadline().unwrap();
    machine.advance(just_before(patience));
    assert_eq!(deeds(&mut machine), []);
    machine.advance(patience);
    machine.advance(patience);
    assert_eq!(deeds(&mut machine), [Output::Start(2)]);
    // It is not waited for again.
    assert!(machine.deadline().unwrap() > patience);
    machine.ready(3, patience + at(5));
    assert_eq!(machine.state(3), State::Up);
}

#[test]
fn a_crashed_node_is_started_again_after_pauses_that_grow_and_are_forgotten() {
    let settings = Settings::default();
    let mut machine = all_up();
    let mut now = at(0);
    let mut pauses = Vec::new();
    for life in [1, 1, 1, 1, 1, 1, 1, 1, 60_000, 1] {
        now += at(life);
        machine.ended(0, End::Signal(9), now);
        let told = outputs(&mut machine);
        let [Output::Tell(Event::Crashed { node: 0, again_in, .. })] = &told[..] else { panic!("{told:?}") };
        pauses.push(again_in.as_millis());
        assert_eq!(machine.deadline(), Some(now + *again_in));
        machine.advance(just_before(now + *again_in));
        assert_eq!(outputs(&mut machine), []);
        now += *again_in;
        machine.advance(now);
        assert_eq!(outputs(&mut machine), [Output::Start(0)]);
        machine.ready(0, now);
        assert_eq!(deeds(&mut machine), []);
    }
    assert_eq!(pauses, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 500, 1000]);
    assert_eq!(machine.restarts(0), 10);
    assert_eq!(settings.longest_pause, Duration::from_secs(30));
}

#[test]
fn what_fails_in_its_first_start_stops_everything() {
    let mut machine = Machine::new(&ROLES, Settings::default());
    machine.advance(at(0));
    machine.ready(3, at(1));
    deeds(&mut machine);
    machine.ended(2, End::Exit(1), at(2));
    let told = outputs(&mut machine);
    assert_eq!(told[0], Output::Tell(Event::Failed { node: 2, end: End::Exit(1) }));
    assert!(told.contains(&Output::Terminate(3)), "{told:?}");
    assert!(machine.has_failed() && !machine.is_finished());
    machine.ended(3, End::Exit(0), at(3));
    outputs(&mut machine);
    assert!(machine.is_finished());
    let states: Vec<State> = (0..5).map(|node| machine.state(node)).collect();
    assert_eq!(states, [State::Stopped, State::Stopped, State::Failed, State::Stopped, State::Stopped]);
}

#[test]
fn a_later_failure_stops_nobody() {
    let mut machine = all_up();
    for now in [10, 2000] {
        machine.ended(4, End::Exit(1), at(now));
        machine.advance(at(now + 1000));
        assert_eq!(deeds(&mut machine), [Output::Start(4)]);
    }
    assert!(!machine.has_failed() && !machine.is_stopping());
}

#[test]
fn who_wants_to_end_may() {
    let mut machine = all_up();
    for node in 0..5 {
        assert!(!machine.is_finished());
        machine.ended(node, End::Exit(0), at(10));
        assert_eq!(outputs(&mut machine), [Output::Tell(Event::Ended { node, end: End::Exit(0) })]);
    }
    assert!(machine.is_finished() && !machine.has_failed());
    assert_eq!(machine.deadline(), None);
}

#[test]
fn nodes_stop_before_those_that_they_dial() {
    let mut machine = all_up();
    machine.ended(4, End::Signal(11), at(5));
    outputs(&mut machine);
    machine.stop(at(10));
    assert_eq!(machine.state(4), State::Stopped);
    for (node, next) in [(0, 1), (1, 2), (2, 3)] {
        assert_eq!(deeds(&mut machine), [Output::Terminate(node)]);
        assert!(!machine.is_finished());
        machine.ended(node, End::Exit(0), at(20));
        assert_eq!(machine.state(next), State::Stopping);
    }
    assert_eq!(deeds(&mut machine), [Output::Terminate(3)]);
    machine.ended(3, End::Exit(0), at(30));
    deeds(&mut machine);
    assert!(machine.is_finished());
}

#[test]
fn who_does_not_stop_is_killed() {
    let mut machine = all_up();
    machine.stop(at(0));
    assert_eq!(deeds(&mut machine), [Output::Terminate(0), Output::Terminate(4)]);
    machine.ended(0, End::Exit(0), at(1));
    let patience = machine.deadline().unwrap();
    machine.advance(just_before(patience));
    assert_eq!(deeds(&mut machine), []);
    machine.advance(patience);
    assert_eq!(deeds(&mut machine), [Output::Kill(4)]);
    // Once is enough.
    assert_eq!(machine.deadline(), None);
    machine.advance(patience + at(1));
    assert_eq!(deeds(&mut machine), []);
    machine.ended(4, End::Signal(9), patience + at(2));
    assert_eq!(deeds(&mut machine), [Output::Terminate(1)]);
    machine.kill(patience + at(3));
    assert_eq!(deeds(&mut machine), [Output::Kill(1), Output::Kill(2), Output::Kill(3)]);
}

#[test]
fn what_somebody_else_has_left_is_only_stopped() {
    let runs = [true, false, false, true, false];
    let mut machine = Machine::adopting(&ROLES, &runs, Settings::default());
    machine.stop(at(0));
    assert_eq!(deeds(&mut machine), [Output::Terminate(0)]);
    machine.ended(0, End::Unknown, at(1));
    assert_eq!(deeds(&mut machine), [Output::Terminate(3)]);
    machine.ended(3, End::Unknown, at(2));
    outputs(&mut machine);
    assert!(machine.is_finished());
}

fn node(number: usize) -> NodeStatus {
    NodeStatus {
        name: format!("worker-{number}"),
        role: Role::Worker,
        address: format!("192.168.100.100:{}", 47760 + number),
        pid: Some(1_234_567),
        state: "up",
        seconds: 125.0,
        again_in: None,
        restarts: 0,
        peers: 4,
        peers_expected: 4,
        missing: Vec::new(),
        events_in: 123_456,
        events_out: 99_999,
        logs_in: 0,
        logs_out: 0,
        stores: 1,
        store_keys: 1_234_567,
        memory: 12 << 20,
    }
}

fn status(nodes: Vec<NodeStatus>) -> ClusterStatus {
    let (spool, layout) = ("/spool".to_owned(), "cluster-layout.bro".to_owned());
    ClusterStatus { spool, layout, supervisor: Some(1), seconds: 125.0, nodes, elsewhere: Vec::new() }
}

#[test]
fn a_table_fits_any_terminal() {
    let mut nodes: Vec<NodeStatus> = (1..=3).map(node).collect();
    nodes[1] = NodeStatus { state: "pausing", again_in: Some(3.5), pid: None, peers: 0, memory: 0, ..nodes[1].clone() };
    nodes[2] = NodeStatus { peers: 3, missing: vec!["proxy-1".into()], ..nodes[2].clone() };
    let status = status(nodes);
    let of_width = |width| table(&status, Look { color: false, width, height: 100 });
    let wide = of_width(120);
    assert_eq!(
        wide,
        [
            "node      type    address                    pid  state     peers     in    out   logs   keys  memory",
            "worker-1  worker  192.168.100.100:47761  1234567  up 2m       4/4   123k  99999      0   1.2M     12M",
            "worker-2  worker  192.168.100.100:47762        -  again 4s    0/4   123k  99999      0   1.2M       -",
            "worker-3  worker  192.168.100.100:47763  1234567  up 2m       3/4   123k  99999      0   1.2M     12M",
            "2 of 3 nodes up for 2m, 7 of 12 peers",
            "worker-3 misses proxy-1",
        ]
    );
    for width in 0..=120 {
        let lines = of_width(width);
        assert_eq!(lines.len(), 6);
        assert!(lines.iter().all(|line| line.chars().count() <= width), "{width}: {lines:#?}");
    }
    // Who it is and how it is stays longest.
    assert!(of_width(20)[1].contains("worker-1 up 2m"), "{:#?}", of_width(20));
    assert!(of_width(80)[1].contains("192.168.100.100:47761"), "{:#?}", of_width(80));
}

#[test]
fn who_has_trouble_is_shown_first() {
    let mut nodes: Vec<NodeStatus> = (1..=200).map(node).collect();
    nodes[150].state = "failed";
    nodes[170].peers = 3;
    let status = status(nodes);
    let lines = table(&status, Look { color: false, width: 80, height: 10 });
    assert_eq!(lines.len(), 10);
    let has = |name: &str| lines.iter().any(|line| line.starts_with(name));
    assert!(has("worker-1 ") && has("worker-151 ") && has("worker-171 "), "{lines:#?}");
    assert!(has("and 193 more"), "{lines:#?}");
    for height in 0..10 {
        assert!(table(&status, Look { height, ..Look::default() }).len() <= height.max(3), "{height}");
    }
}
