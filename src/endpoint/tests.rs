//! Endpoints wired to each other without a network, under a clock that the test moves.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value as Json;

use super::{Action, ConnectionId, Endpoint, Notice, Overflow, PeerQueue, PeerState, Remote, Settings};
use crate::wire::{EndpointId, ErrorCode, Frames, Handshake, Kind, MAX_ENVELOPE, put_frame};

const SECOND: Duration = Duration::from_secs(1);

fn id(number: u8) -> EndpointId {
    EndpointId::from_random([number; 16])
}

fn at(port: u16) -> Remote {
    Remote { address: "127.0.0.1".to_owned(), port }
}

/// Endpoints that listen on the ports 0, 1, 2 and so on, where they are not marked as deaf.
struct Net {
    nodes: Vec<Endpoint>,
    deaf: Vec<bool>,
    /// Each end of each wire, with the other end.
    wires: BTreeMap<(usize, ConnectionId), (usize, ConnectionId)>,
    now: Duration,
}

impl Net {
    fn new(ids: &[u8]) -> Self {
        Net::with(ids, &Settings::default())
    }

    fn with(ids: &[u8], settings: &Settings) -> Self {
        Net {
            nodes: ids.iter().map(|number| Endpoint::new(id(*number), settings.clone())).collect(),
            deaf: vec![false; ids.len()],
            wires: BTreeMap::new(),
            now: Duration::ZERO,
        }
    }

    /// Lets everything happen that needs no time.
    fn run(&mut self) {
        while (0..self.nodes.len()).any(|node| self.step(node)) {}
    }

    fn step(&mut self, node: usize) -> bool {
        let mut busy = false;
        while let Some(action) = self.nodes[node].next_action() {
            busy = true;
            match action {
                Action::Open { connection, remote } => self.open(node, connection, &remote),
                Action::Close(connection) => {
                    self.carry(node, connection);
                    self.nodes[node].finished(connection);
                    self.cut((node, connection));
                }
            }
        }
        let waiting: Vec<ConnectionId> = self.nodes[node].with_outgoing().collect();
        for connection in waiting {
            busy |= self.carry(node, connection);
        }
        busy
    }

    fn open(&mut self, node: usize, connection: ConnectionId, remote: &Remote) {
        let other = usize::from(remote.port);
        let accepted = (!self.deaf.get(other).copied().unwrap_or(true))
            .then(|| self.nodes[other].accepted(at(1000 + node as u16), self.now));
        match accepted {
            Some(accepted) => {
                self.wires.insert((node, connection), (other, accepted));
                self.wires.insert((other, accepted), (node, connection));
                self.nodes[node].opened(connection, self.now);
            }
            None => self.nodes[node].closed(connection, None, self.now),
        }
    }

    fn carry(&mut self, node: usize, connection: ConnectionId) -> bool {
        let mut busy = false;
        while let Some(bytes) = self.nodes[node].take_outgoing(connection) {
            busy = true;
            if let Some((other, end)) = self.wires.get(&(node, connection)).copied() {
                self.nodes[other].received(end, &bytes, self.now);
            }
        }
        busy
    }

    /// Breaks a wire; the node at the other end notices.
    fn cut(&mut self, end: (usize, ConnectionId)) {
        if let Some(other) = self.wires.remove(&end) {
            self.wires.remove(&other);
            self.nodes[other.0].closed(other.1, None, self.now);
        }
    }

    fn wait(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.nodes.iter().filter_map(Endpoint::deadline).min().filter(|time| *time <= until)
        {
            self.now = self.now.max(deadline);
            let now = self.now;
            self.nodes.iter_mut().for_each(|node| node.advance(now));
            self.run();
        }
        self.now = until;
    }

    fn notices(&mut self, node: usize) -> Vec<Notice> {
        std::iter::from_fn(|| self.nodes[node].next_notice()).collect()
    }

    fn heard(&mut self, node: usize) -> Vec<String> {
        let texts = self.nodes[node].inbox().iter().map(|message| String::from_utf8_lossy(message.payload).into());
        let texts = texts.collect();
        self.nodes[node].inbox().clear();
        texts
    }

    fn publish(&mut self, node: usize, topic: &str, payload: &str) -> usize {
        let now = self.now;
        let reached = self.nodes[node].publish(Kind::Data, topic.as_bytes(), payload.as_bytes(), now);
        self.run();
        reached
    }

    fn subscribe(&mut self, node: usize, prefix: &str) {
        self.nodes[node].subscribe(prefix.as_bytes());
        self.run();
    }
}

/// Two nodes, of which the first has connected to the second.
fn pair(first: u8, second: u8) -> Net {
    let mut net = Net::new(&[first, second]);
    net.nodes[0].peer(at(1), Some(SECOND));
    net.run();
    net
}

#[test]
fn two_become_peers_whoever_connects_and_leads() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut net = pair(first, second);
        assert_eq!(
            net.notices(0),
            [
                Notice::Discovered { peer: id(second) },
                Notice::PeerAdded { peer: id(second), remote: at(1), asked_for: true }
            ]
        );
        let added = Notice::PeerAdded { peer: id(first), remote: at(1000), asked_for: false };
        assert_eq!(net.notices(1), [Notice::Discovered { peer: id(first) }, added]);
        assert_eq!(net.nodes[0].peers()[0].state, PeerState::Peered);
    }
}

#[test]
fn messages_reach_those_who_want_their_topic() {
    let mut net = pair(1, 2);
    assert_eq!(net.publish(0, "a/b", "too early"), 0);
    net.subscribe(1, "a/");
    assert_eq!(net.publish(0, "a/b", "one"), 1);
    assert_eq!(net.publish(0, "b/a", "other"), 0);
    net.nodes[1].unsubscribe(b"a/");
    // The peer still sends it.
    assert_eq!(net.publish(0, "a/b", "not wanted any more"), 1);
    assert_eq!(net.heard(1), ["one"]);
}

#[test]
fn what_is_wanted_before_the_peering_is_told_in_the_handshake() {
    let mut net = Net::new(&[1, 2]);
    net.subscribe(1, "a/");
    net.nodes[0].peer(at(1), None);
    net.run();
    net.publish(0, "a/b", "one");
    assert_eq!(net.heard(1), ["one"]);
}

#[test]
fn a_message_for_one_peer_needs_no_subscription() {
    let mut net = pair(1, 2);
    let now = net.now;
    assert!(net.nodes[0].send(id(2), Kind::Data, b"a/b", b"x", now));
    assert!(!net.nodes[0].send(id(3), Kind::Data, b"a/b", b"x", now));
    net.run();
    assert_eq!(net.heard(1), Vec::<String>::new());
    net.subscribe(1, "a/");
    net.nodes[0].send(id(2), Kind::Command, b"a/b", b"y", now);
    net.run();
    assert_eq!(net.heard(1), ["y"]);
}

#[test]
fn of_two_connections_between_two_nodes_one_survives() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut net = Net::new(&[first, second]);
        net.nodes[0].peer(at(1), Some(SECOND));
        net.nodes[1].peer(at(0), Some(SECOND));
        net.run();
        net.wait(5 * SECOND);
        assert_eq!(net.wires.len(), 2, "one wire with two ends");
        for node in 0..2 {
            assert_eq!(net.nodes[node].peered(), 1);
            let added = |notice: &Notice| matches!(notice, Notice::PeerAdded { .. });
            assert_eq!(net.notices(node).iter().filter(|notice| added(notice)).count(), 1);
        }
    }
}

#[test]
fn a_second_request_is_served_by_the_peering_that_is_there() {
    for (first, second) in [(1, 2), (2, 1)] {
        let mut net = pair(first, second);
        net.nodes[1].peer(at(0), Some(SECOND));
        net.run();
        net.wait(5 * SECOND);
        assert_eq!(net.wires.len(), 2);
        // The address that was asked for is the peer's from now on.
        if first < second {
            assert_eq!(net.nodes[1].peers()[0].remote, at(0));
        }
    }
}

#[test]
fn nobody_peers_with_itself() {
    let mut net = Net::new(&[1]);
    net.nodes[0].peer(at(0), None);
    net.run();
    assert_eq!(net.nodes[0].peered(), 0);
    let unavailable = |notice: &Notice| matches!(notice, Notice::Error { code: ErrorCode::PeerUnavailable, .. });
    assert!(net.notices(0).iter().any(unavailable));
}

#[test]
fn an_address_where_nobody_listens_is_tried_again() {
    let mut net = Net::new(&[1, 2]);
    net.deaf[1] = true;
    net.nodes[0].peer(at(1), Some(SECOND));
    net.run();
    net.wait(3 * SECOND + SECOND / 2);
    assert_eq!(net.notices(0).len(), 4, "one error for each attempt");
    net.deaf[1] = false;
    net.wait(SECOND);
    assert_eq!(net.nodes[0].peered(), 1);
}

#[test]
fn an_address_where_somebody_listens_soon_is_not_waited_for() {
    let mut net = Net::new(&[1, 2]);
    net.deaf[1] = true;
    net.nodes[0].peer(at(1), Some(30 * SECOND));
    net.run();
    net.wait(SECOND / 4);
    assert_eq!((net.notices(0).len(), net.nodes[0].peered()), (1, 0), "only the first attempt is told of");
    net.deaf[1] = false;
    net.wait(SECOND / 20);
    assert_eq!(net.nodes[0].peered(), 1);
}

#[test]
fn nobody_is_knocked_at_for_ever() {
    let mut net = Net::new(&[1, 2]);
    net.deaf[1] = true;
    net.nodes[0].peer(at(1), Some(30 * SECOND));
    net.run();
    net.wait(2 * SECOND);
    net.deaf[1] = false;
    net.wait(27 * SECOND);
    assert_eq!(net.nodes[0].peered(), 0);
    net.wait(SECOND);
    assert_eq!(net.nodes[0].peered(), 1);
}

#[test]
fn without_a_retry_interval_there_is_one_attempt() {
    let mut net = Net::new(&[1, 2]);
    net.deaf[1] = true;
    net.nodes[0].peer(at(1), None);
    net.run();
    net.wait(10 * SECOND);
    assert_eq!(net.notices(0).len(), 1);
    assert!(net.nodes[0].peers().is_empty());
}

#[test]
fn a_peering_that_broke_is_taken_up_by_the_side_that_asked_for_it() {
    let mut net = pair(1, 2);
    let wire = *net.wires.keys().next().unwrap();
    net.notices(0);
    net.notices(1);
    let other = net.wires[&wire];
    net.cut(other);
    net.nodes[other.0].closed(other.1, None, net.now);
    net.run();
    let lost = |peer, remote| [Notice::PeerLost { peer, remote }, Notice::Unreachable { peer }];
    assert_eq!(net.notices(0), lost(id(2), at(1)));
    assert_eq!(net.notices(1), lost(id(1), at(1000)));
    net.wait(Duration::ZERO);
    assert_eq!(net.nodes[0].peered(), 1);
}

#[test]
fn an_unpeering_lets_everything_arrive_first() {
    let mut net = pair(1, 2);
    net.subscribe(1, "a/");
    net.notices(0);
    net.notices(1);
    let now = net.now;
    net.nodes[0].publish(Kind::Data, b"a/", b"last", now);
    net.nodes[0].unpeer(&at(1), now);
    net.run();
    assert_eq!(net.heard(1), ["last"]);
    let removed = Notice::PeerRemoved { peer: id(2), remote: at(1), overflow: false };
    assert_eq!(net.notices(0), [removed, Notice::Unreachable { peer: id(2) }]);
    assert_eq!(net.notices(1).len(), 2);
    net.wait(10 * SECOND);
    assert_eq!(net.nodes[0].peered(), 0, "nothing connects again");
}

#[test]
fn who_is_asked_for_again_right_after_the_unpeering_becomes_a_peer_again() {
    let minute = Duration::from_mins(1);
    for (first, second) in [(1, 2), (2, 1)] {
        let mut net = pair(first, second);
        let now = net.now;
        net.nodes[0].unpeer(&at(1), now);
        net.nodes[0].peer(at(1), Some(minute));
        net.run();
        net.wait(SECOND);
        assert!(net.nodes[0].is_peered(id(second)) && net.nodes[1].is_peered(id(first)), "{first} {second}");

        // The farewell is not answered before the new connection has been refused.
        let mut net = pair(first, second);
        let now = net.now;
        let old = *net.wires.keys().find(|(node, _)| *node == 0).unwrap();
        let other = net.wires.remove(&old).unwrap();
        net.nodes[0].unpeer(&at(1), now);
        net.nodes[0].peer(at(1), Some(minute));
        net.run();
        net.wait(4 * SECOND);
        assert!(!net.nodes[0].is_peered(id(second)), "{first} {second}");
        let now = net.now;
        net.nodes[1].closed(other.1, None, now);
        net.wait(minute);
        assert!(net.nodes[0].is_peered(id(second)) && net.nodes[1].is_peered(id(first)), "{first} {second}");
    }
}

#[test]
fn an_unpeering_of_nobody_is_an_error() {
    let mut net = Net::new(&[1]);
    net.nodes[0].unpeer(&at(7), Duration::ZERO);
    assert!(matches!(&net.notices(0)[..], [Notice::Error { code: ErrorCode::PeerInvalid, .. }]));
}

#[test]
fn a_peer_that_does_not_answer_the_farewell_is_left_after_three_seconds() {
    let mut node = Endpoint::new(id(1), Settings::default());
    let connection = played_peering(&mut node, id(2));
    node.unpeer(&at(9), Duration::ZERO);
    assert_eq!(node.deadline(), Some(3 * SECOND));
    node.advance(3 * SECOND);
    assert_eq!(node.next_action(), Some(Action::Close(connection)));
    assert_eq!(node.peered(), 0);
}

#[test]
fn a_peer_that_takes_what_waits_is_waited_for() {
    let mut node = Endpoint::new(id(1), Settings::default());
    let connection = played_peering(&mut node, id(2));
    for _ in 0..4 {
        node.send(id(2), Kind::Data, b"t", &vec![0; 70_000], Duration::ZERO);
    }
    node.unpeer(&at(9), Duration::ZERO);
    while node.next_action().is_some() {}
    for seconds in [3, 6] {
        assert!(node.take_outgoing(connection).is_some());
        node.advance(seconds * SECOND);
        assert_eq!((node.next_action(), node.deadline()), (None, Some((seconds + 3) * SECOND)));
    }
    node.advance(9 * SECOND);
    assert_eq!(node.next_action(), Some(Action::Close(connection)));
}

#[test]
fn a_shutdown_ends_all_peerings() {
    let mut net = Net::new(&[1, 2, 3]);
    net.nodes[0].peer(at(1), Some(SECOND));
    net.nodes[2].peer(at(0), Some(SECOND));
    net.run();
    assert_eq!(net.nodes[0].peered(), 2);
    net.nodes[0].shut_down(net.now);
    net.deaf[0] = true;
    net.run();
    assert!(net.nodes[0].is_down());
    assert_eq!((net.nodes[1].peered(), net.nodes[2].peered()), (0, 0));
}

#[test]
fn messages_are_passed_on_only_where_that_is_asked_for() {
    for forward in [false, true] {
        let mut net = Net::with(&[1, 2, 3], &Settings { forward, ..Settings::default() });
        net.nodes[0].peer(at(1), None);
        net.nodes[2].peer(at(1), None);
        net.run();
        net.subscribe(2, "a/");
        // A filter does not travel over hops: the one in the middle has to ask for it.
        assert_eq!(net.publish(0, "a/b", "x"), 0);
        net.nodes[1].subscribe(b"a/");
        net.run();
        net.publish(0, "a/b", "y");
        assert_eq!(net.heard(2).len(), usize::from(forward));
        assert_eq!(net.heard(1).len(), 1);
    }
}

/// A peering with somebody whom the test plays, who connected from `at(9)`.
fn played_peering(node: &mut Endpoint, peer: EndpointId) -> ConnectionId {
    let connection = node.accepted(at(9), Duration::ZERO);
    let mut say = |message: Handshake| {
        let mut bytes = Vec::new();
        put_frame(&mut bytes, |out| message.encode(out));
        node.received(connection, &bytes, Duration::ZERO);
    };
    say(Handshake::Hello { sender: peer, versions: (1, 1) });
    say(Handshake::ResponderSynAck(vec![b"t".to_vec()]));
    assert!(node.is_peered(peer), "the played peer has the larger id");
    connection
}

#[test]
fn each_overflow_policy_does_what_it_says() {
    let sent = |overflow| {
        let settings = Settings { peer_buffer: 3, overflow, ..Settings::default() };
        let mut node = Endpoint::new(id(1), settings);
        let connection = played_peering(&mut node, id(2));
        while node.take_outgoing(connection).is_some() {}
        for number in b'1'..=b'5' {
            node.publish(Kind::Data, b"t", &[number], Duration::ZERO);
        }
        let mut frames = Frames::default();
        while let Some(bytes) = node.take_outgoing(connection) {
            frames.push(&bytes);
        }
        let mut out = String::new();
        while let Some(frame) = frames.next(MAX_ENVELOPE).unwrap() {
            out.push(char::from(*frame.last().unwrap()));
        }
        (out, node.peered(), node.counters().dropped)
    };
    assert_eq!(sent(Overflow::DropOldest), ("345".to_owned(), 1, 2));
    assert_eq!(sent(Overflow::DropNewest), ("123".to_owned(), 1, 2));
    assert_eq!(sent(Overflow::Disconnect), (String::new(), 0, 1));
}

#[test]
fn what_waits_for_a_peer_is_counted_for_a_while() {
    let settings = Settings { peer_buffer: 3, ..Settings::default() };
    let mut node = Endpoint::new(id(1), settings);
    let connection = played_peering(&mut node, id(2));
    while node.take_outgoing(connection).is_some() {}
    for number in b'1'..=b'5' {
        node.publish(Kind::Data, b"t", &[number], 100 * SECOND);
    }
    let queue = |waiting, peak| PeerQueue { peer: id(2), waiting, peak, overflows: 2 };
    assert_eq!(node.queues(101 * SECOND), [queue(3, 3)]);
    while node.take_outgoing(connection).is_some() {}
    assert_eq!(node.queues(102 * SECOND), [queue(0, 3)]);
    assert_eq!(node.queues(190 * SECOND), [queue(0, 0)]);
}

#[test]
fn a_silent_peer_is_asked_whether_it_is_there() {
    let mut net = pair(1, 2);
    net.wait(3600 * SECOND);
    assert_eq!((net.nodes[0].peered(), net.nodes[1].peered()), (1, 1), "both are there");
    let mut node = Endpoint::new(id(1), Settings::default());
    let connection = played_peering(&mut node, id(2));
    while node.take_outgoing(connection).is_some() {}
    assert_eq!(node.deadline(), Some(60 * SECOND));
    node.advance(60 * SECOND);
    assert!(node.take_outgoing(connection).is_some());
    assert_eq!(node.deadline(), Some(180 * SECOND));
    // Anything that comes is an answer.
    node.received(connection, &[0, 0, 0, 0], 100 * SECOND);
    assert_eq!(node.deadline(), Some(160 * SECOND));
    node.advance(160 * SECOND);
    node.advance(280 * SECOND);
    assert_eq!(node.next_action(), Some(Action::Close(connection)));
    let notices: Vec<Notice> = std::iter::from_fn(|| node.next_notice()).collect();
    assert!(notices.contains(&Notice::PeerLost { peer: id(2), remote: at(9) }), "{notices:?}");
}

#[test]
fn answers_that_nobody_takes_do_not_pile_up() {
    let mut node = Endpoint::new(id(1), Settings::default());
    let connection = played_peering(&mut node, id(2));
    let (sender, receiver) = (id(2), id(1));
    let ping = crate::wire::Envelope {
        sender,
        receiver,
        kind: Kind::Ping,
        topic: crate::wire::RESERVED,
        payload: &[7; 16_000],
    };
    let mut bytes = Vec::new();
    put_frame(&mut bytes, |out| ping.encode(out));
    for _ in 0..200 {
        node.received(connection, &bytes, Duration::ZERO);
    }
    assert_eq!(node.next_action(), Some(Action::Close(connection)));
    assert_eq!(node.peered(), 0);
}

#[test]
fn a_peer_that_speaks_under_another_name_is_cut_off() {
    let mut node = Endpoint::new(id(1), Settings::default());
    let connection = played_peering(&mut node, id(2));
    let envelope = crate::wire::Envelope {
        sender: id(3),
        receiver: EndpointId::NIL,
        kind: Kind::Data,
        topic: b"t",
        payload: b"\0",
    };
    let mut bytes = Vec::new();
    put_frame(&mut bytes, |out| envelope.encode(out));
    node.received(connection, &bytes, Duration::ZERO);
    assert_eq!(node.next_action(), Some(Action::Close(connection)));
    assert!(node.inbox().is_empty());
    let told = std::iter::from_fn(|| node.next_notice())
        .any(|notice| matches!(notice, Notice::CutOff { remote, .. } if remote == at(9)));
    assert!(told);
}

#[test]
fn a_silent_or_slow_handshake_is_given_up() {
    let mut node = Endpoint::new(id(1), Settings::default());
    let connection = node.accepted(at(9), Duration::ZERO);
    let mut hello = Vec::new();
    put_frame(&mut hello, |out| Handshake::Hello { sender: id(2), versions: (1, 1) }.encode(out));
    for (second, byte) in hello.iter().take(9).enumerate() {
        node.received(connection, &[*byte], SECOND * second as u32);
    }
    node.advance(node.deadline().unwrap());
    assert_eq!(node.next_action(), Some(Action::Close(connection)));
    assert!(matches!(node.next_notice(), Some(Notice::CutOff { .. })));
}

#[test]
fn connections_that_are_no_peers_yet_are_bounded() {
    let mut node = Endpoint::new(id(1), Settings { most_handshakes: 3, ..Settings::default() });
    let accepted: Vec<ConnectionId> = (0..5).map(|port| node.accepted(at(port), Duration::ZERO)).collect();
    let closed: Vec<ConnectionId> = std::iter::from_fn(|| node.next_action())
        .map(|action| match action {
            Action::Close(connection) => connection,
            Action::Open { .. } => panic!("nobody asked for that"),
        })
        .collect();
    assert_eq!(closed, accepted[..2], "the oldest make room");
    assert!(matches!(node.next_notice(), Some(Notice::CutOff { remote, .. }) if remote == at(0)));
}

#[test]
fn nothing_is_left_of_a_connection_that_breaks_at_any_byte_of_the_handshake() {
    for (first, second) in [(1, 2), (2, 1)] {
        // What the connector says in a whole handshake.
        let mut script = Vec::new();
        let say = |script: &mut Vec<u8>, message: &Handshake| put_frame(script, |out| message.encode(out));
        say(&mut script, &Handshake::Hello { sender: id(first), versions: (1, 1) });
        if first < second {
            say(&mut script, &Handshake::VersionSelect { sender: id(first), version: 1 });
            say(&mut script, &Handshake::OriginatorSyn(vec![b"t".to_vec()]));
            say(&mut script, &Handshake::OriginatorAck);
        } else {
            say(&mut script, &Handshake::ResponderSynAck(vec![b"t".to_vec()]));
        }
        let mut node = Endpoint::new(id(second), Settings::default());
        for at_byte in 0..script.len() {
            let connection = node.accepted(at(9), Duration::ZERO);
            node.received(connection, &script[..at_byte], Duration::ZERO);
            node.closed(connection, None, Duration::ZERO);
            assert!(node.connections.is_empty() && node.peered() == 0, "byte {at_byte}");
            assert_eq!(node.deadline(), None);
        }
        let connection = node.accepted(at(9), Duration::ZERO);
        node.received(connection, &script, Duration::ZERO);
        assert!(node.is_peered(id(first)));
    }
}

#[test]
fn garbage_is_cut_off_and_told_of() {
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 4], &[0, 0, 0, 1, 99], &[0x16, 3, 1, 0, 200], &[0xff; 40]] {
        let mut node = Endpoint::new(id(1), Settings::default());
        let connection = node.accepted(at(9), Duration::ZERO);
        node.received(connection, garbage, Duration::ZERO);
        assert_eq!(node.next_action(), Some(Action::Close(connection)), "{garbage:?}");
        assert!(matches!(node.next_notice(), Some(Notice::CutOff { remote, .. }) if remote == at(9)));
    }
}

fn hex(text: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    text.as_bytes().chunks(2).map(byte).collect()
}

/// The handshakes of a running Zeek with a test peer, with this endpoint in the place of Zeek.
#[test]
fn recorded_handshakes_go_as_they_went() {
    let vectors: Vec<Json> = serde_json::from_str(include_str!("../../tests/vectors/handshake.json")).unwrap();
    for name in ["connector_smaller", "connector_larger", "acceptor_smaller", "acceptor_larger"] {
        let name = format!("transcript_{name}");
        let vector = vectors.iter().find(|vector| vector["name"] == name.as_str()).unwrap();
        let said = hex(vector["hex"].as_str().unwrap());
        let start = vector["volatile"][0]["offset"].as_u64().unwrap() as usize;
        let own = EndpointId(said[start..start + 16].try_into().unwrap());
        let mut node = Endpoint::new(own, Settings::default());
        node.subscribe(b"zeek/t/");
        let mut frames = Frames::default();
        frames.push(&said);
        while let Some(frame) = frames.next(MAX_ENVELOPE).unwrap() {
            if let Ok(Handshake::OriginatorSyn(filter) | Handshake::ResponderSynAck(filter)) = Handshake::decode(frame)
            {
                filter.iter().for_each(|prefix| node.subscribe(prefix));
            }
        }
        let connection = if name.contains("connector") {
            node.accepted(at(9), Duration::ZERO)
        } else {
            node.peer(at(9), None);
            let Some(Action::Open { connection, .. }) = node.next_action() else { panic!("{name}") };
            node.opened(connection, Duration::ZERO);
            connection
        };
        for step in vector["steps"].as_array().unwrap().iter().filter(|step| step["from"] == "peer") {
            node.received(connection, &hex(step["hex"].as_str().unwrap()), Duration::ZERO);
        }
        let mut out = Vec::new();
        while let Some(bytes) = node.take_outgoing(connection) {
            out.extend_from_slice(&bytes);
        }
        assert_eq!(out, said, "{name}");
        assert_eq!(node.peered(), 1, "{name}");
    }
}
