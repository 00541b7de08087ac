//! Whoever can reach the port of a node can say anything to it. It is told of with their address and cut off, leaves
//! nothing behind, and the node's peers notice nothing.

use std::time::{Duration, Instant};

use brood::wire::{Data, EndpointId, Handshake, Kind};

use crate::harness::{Node, free_ports};
use crate::played::{Played, framed, words};

const SCRIPT: &str = r#"
@load base/frameworks/broker
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;

global hello: event(n: count);
global answer: event(n: count);

event hello(n: count)
	{
	print fmt("hello %d", n);
	Broker::publish("friend/", answer, n);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string) { print fmt("added %s", e$network$bound_port); }
event Broker::peer_lost(e: Broker::EndpointInfo, m: string) { print fmt("lost %s", e$network$bound_port); }

event Broker::internal_log_event(lvl: Broker::LogSeverityLevel, id: string, description: string)
	{
	print fmt("%s %s to the script: %s", lvl, id, description);
	}

event bro_init()
	{
	Broker::subscribe("node/");
	print Broker::listen("127.0.0.1", PORT/tcp);
	}
"#;

/// A node and a peer of it who behaves.
struct Scene {
    node: Node,
    friend: Played,
    port: u16,
    said: u64,
    /// Open files before anything has happened.
    files: usize,
    _folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [port] = free_ports();
        std::fs::write(folder.path().join("node.bro"), SCRIPT.replace("PORT", &port.to_string())).unwrap();
        let mut node = Node::start_as_bro(folder.path(), "node.bro", &[]);
        node.waits_for(&format!("{port}/tcp"));
        let friend = Played::peer(port, "friend/");
        node.waits_for(&format!("added {}", friend.address().port()));
        let files = open_files(&node);
        let mut scene = Scene { node, friend, port, said: 0, files, _folder: folder };
        scene.all_is_well();
        scene
    }

    /// The peer is heard and answered.
    fn all_is_well(&mut self) {
        self.said += 1;
        self.friend.publishes("node/x", "hello", vec![Data::Count(self.said)]);
        self.node.waits_for(&format!("hello {}", self.said));
        assert_eq!(self.friend.hears(), Some(self.said));
    }

    /// Somebody is told of with their address and for this reason.
    fn tells_of(&mut self, who: &Played, reason: &str) {
        self.node.waits_for(&format!("connection with {} cut off: {reason}", who.address()));
    }

    /// Nothing is left open of those who came and went.
    fn nothing_is_left(&mut self) {
        let end = Instant::now() + Duration::from_mins(1);
        while open_files(&self.node) > self.files {
            assert!(Instant::now() < end, "{} files are open, {} were", open_files(&self.node), self.files);
            self.all_is_well();
        }
        self.all_is_well();
    }
}

#[cfg(target_os = "linux")]
fn open_files(node: &Node) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", node.child.id())).unwrap().count()
}

#[cfg(not(target_os = "linux"))]
fn open_files(_: &Node) -> usize {
    0
}

/// The memory of a node in KiB: now, and the most it has had.
#[cfg(target_os = "linux")]
pub(crate) fn memory(node: &Node) -> (usize, usize) {
    let status = std::fs::read_to_string(format!("/proc/{}/status", node.child.id())).unwrap();
    let value = |name: &str| -> usize {
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    };
    (value("VmRSS:"), value("VmHWM:"))
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn memory(_: &Node) -> (usize, usize) {
    (0, 0)
}

#[test]
fn garbage_is_cut_off() {
    let mut scene = Scene::new();
    let http = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let client_hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3];
    for (garbage, reason) in [
        (&http[..], "frame of 1195725856 bytes, where at most 1048576 may be; the other side seems to speak HTTP"),
        (&client_hello, "frame of 369295618 bytes, where at most 1048576 may be; the other side seems to speak TLS"),
        (&[0xff; 100], "frame of 4294967295 bytes"),
        (&[0; 100], "empty frame in the handshake"),
        (b"\0\0\0\x01\x63", "no message has the tag 99"),
        (b"\0\0\0\x05\x06abcd", "failed to parse hello_msg"),
        (b"\0\0\0\x01\x0c", "an originator ack does not belong here"),
    ] {
        let mut somebody = Played::connect(scene.port);
        somebody.says(garbage);
        somebody.is_cut_off();
        scene.tells_of(&somebody, reason);
        scene.all_is_well();
    }
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..50 {
        let mut somebody = Played::connect(scene.port);
        let garbage: Vec<u8> = (0..random.usize(4..2000)).map(|_| random.u8(1..)).collect();
        somebody.says(&garbage);
        somebody.is_cut_off();
        scene.tells_of(&somebody, "");
    }
    scene.nothing_is_left();
}

#[test]
fn scripts_hear_of_what_was_cut_off() {
    let mut scene = Scene::new();
    let mut somebody = Played::connect(scene.port);
    somebody.says(&[0; 100]);
    somebody.is_cut_off();
    let (who, reason) = (somebody.address(), "empty frame in the handshake");
    let message = format!("connection with {who} cut off: {reason}");
    scene.node.waits_for(&format!("Broker::LOG_WARNING connection-cut-off to the script: {message}"));
}

#[test]
fn a_disconnect_at_any_byte_of_the_handshake_leaves_nothing() {
    let mut scene = Scene::new();
    let script = words(Played::connect(scene.port).id, "friend/").concat();
    let before_the_last = script.len() - 1;
    for end in 0..=before_the_last {
        let mut somebody = Played::connect(scene.port);
        let said = words(somebody.id, "friend/").concat();
        somebody.says(&said[..end]);
        let address = somebody.address();
        somebody.ends();
        scene.node.waits_for(&format!("connection with {address} cut off: closed by the other side"));
    }
    scene.nothing_is_left();
}

#[test]
fn a_length_of_two_gibibytes_takes_no_memory() {
    let mut scene = Scene::new();
    let (_, before) = memory(&scene.node);
    let mut stranger = Played::connect(scene.port);
    stranger.says(&[0x80, 0, 0, 0]);
    stranger.is_cut_off();
    scene.tells_of(&stranger, "frame of 2147483648 bytes, where at most 1048576 may be");
    let mut peer = Played::peer(scene.port, "friend/");
    let port = peer.address().port();
    scene.node.waits_for(&format!("added {port}"));
    peer.says(&[0x80, 0, 0, 0]);
    peer.is_cut_off();
    scene.tells_of(&peer, "frame of 2147483648 bytes, where at most 2147483643 may be");
    scene.node.waits_for(&format!("lost {port}"));
    // The longest that may be is waited for, and memory grows with what has come.
    let mut patient = Played::peer(scene.port, "friend/");
    patient.says(&[0x7f, 0xff, 0xff, 0xfb, 1, 2, 3]);
    scene.all_is_well();
    let (_, after) = memory(&scene.node);
    assert!(after < before + 4096, "{before} KiB before, {after} KiB after");
    let (address, port) = (patient.address(), patient.address().port());
    patient.ends();
    scene.node.waits_for(&format!("connection with {address} cut off: closed by the other side, 7 bytes into a frame"));
    scene.node.waits_for(&format!("lost {port}"));
    scene.nothing_is_left();
}

#[test]
fn a_frame_that_is_cut_short_ends_the_peering() {
    let mut scene = Scene::new();
    // One whose length is right and whose content ends too soon,
    for end in [&[1, 0, 16, 0][..], &[1, 0, 16, 0, 9, b't', b'o', b'p', b'i', b'c']] {
        let content = [&[0; 32], end].concat();
        let mut peer = Played::peer(scene.port, "friend/");
        let port = peer.address().port();
        scene.node.waits_for(&format!("added {port}"));
        peer.says(&[&(content.len() as u32).to_be_bytes(), &content[..]].concat());
        peer.is_cut_off();
        scene.tells_of(&peer, &format!("frame of {} bytes is cut short", content.len()));
        scene.node.waits_for(&format!("lost {port}"));
        scene.all_is_well();
    }
    // and one whose end never comes.
    let mut peer = Played::peer(scene.port, "friend/");
    let (address, port) = (peer.address(), peer.address().port());
    scene.node.waits_for(&format!("added {port}"));
    peer.says(&[0, 0, 0, 100, 1, 2, 3]);
    peer.ends();
    scene.node.waits_for(&format!("connection with {address} cut off: closed by the other side, 7 bytes into a frame"));
    scene.node.waits_for(&format!("lost {port}"));
    scene.nothing_is_left();
}

#[test]
fn a_slow_handshake_is_given_up_in_time() {
    let mut scene = Scene::new();
    let mut silent = Played::connect(scene.port);
    let mut slow = Played::connect(scene.port);
    let hello = framed(&Handshake::Hello { sender: slow.id, versions: (1, 1) });
    // A byte now and then gains no time.
    for byte in &hello[..20] {
        slow.says(&[*byte]);
        scene.all_is_well();
    }
    silent.is_cut_off();
    slow.is_cut_off();
    scene.tells_of(&silent, "the handshake takes too long");
    scene.tells_of(&slow, "the handshake takes too long");
    scene.nothing_is_left();
}

#[test]
fn an_unknown_version_is_refused_with_the_reason() {
    let mut scene = Scene::new();
    let mut newer = Played::connect(scene.port);
    newer.says(&framed(&Handshake::Hello { sender: newer.id, versions: (2, 3) }));
    assert_eq!(newer.word(), Some(Handshake::Probe));
    let Some(Handshake::DropConnection { code, text, .. }) = newer.word() else { panic!("no refusal") };
    assert_eq!((code.name(), &text[..]), ("peer_incompatible", &b"unsupported versions offered"[..]));
    newer.is_cut_off();
    scene.tells_of(&newer, "speaks versions 2 to 3 of the protocol");
    scene.nothing_is_left();
}

#[test]
fn a_peer_that_lies_about_its_id_is_cut_off() {
    let mut scene = Scene::new();
    let mut liar = Played::peer(scene.port, "friend/");
    scene.node.waits_for(&format!("added {}", liar.address().port()));
    let friend = scene.friend.id;
    liar.sends(friend, Kind::Data, "node/x", &crate::played::event("hello", vec![Data::Count(999)]));
    liar.is_cut_off();
    scene.tells_of(&liar, &format!("{} speaks as {friend}", liar.id));
    scene.node.waits_for(&format!("lost {}", liar.address().port()));
    // Nor does anybody become the node itself, nobody, or a peer that is there already.
    let mut nobody = Played::connect(scene.port);
    nobody.says(&framed(&Handshake::Hello { sender: EndpointId::NIL, versions: (1, 1) }));
    nobody.is_cut_off();
    scene.tells_of(&nobody, "");
    let mut double = Played::connect(scene.port);
    let [hello, select, ..] = words(friend, "");
    double.says(&hello);
    double.says(&select);
    double.is_cut_off();
    scene.nothing_is_left();
}

#[test]
fn a_thousand_connections_at_once_leave_room_for_others() {
    let mut scene = Scene::new();
    let crowd: Vec<Played> = (0..1000).map(|_| Played::connect(scene.port)).collect();
    scene.all_is_well();
    // Those who came first made room.
    scene.tells_of(&crowd[0], "too many connections at once");
    let newcomer = Played::peer(scene.port, "friend/");
    scene.node.waits_for(&format!("added {}", newcomer.address().port()));
    for somebody in crowd {
        let address = somebody.address();
        if address != newcomer.address() {
            somebody.ends();
        }
    }
    let (_, most) = memory(&scene.node);
    assert!(most < 64 * 1024, "{most} KiB for a thousand who said nothing");
    let port = newcomer.address().port();
    newcomer.ends();
    scene.node.waits_for(&format!("lost {port}"));
    scene.nothing_is_left();
}

/// Asks another node now and again whether it still answers.
const FRIEND: &str = r#"
@load base/frameworks/broker
redef exit_only_after_terminate = T;

global hello: event(n: count);
global answer: event(n: count);

event answer(n: count)
	{
	print fmt("answer %d", n);
	schedule 10msec { hello(n + 1) };
	}

event hello(n: count) { Broker::publish("node/x", hello, n); }
event Broker::peer_added(e: Broker::EndpointInfo, m: string) { event hello(1); }
event Broker::peer_lost(e: Broker::EndpointInfo, m: string) { print "lost the node"; }

event bro_init()
	{
	Broker::subscribe("friend/");
	Broker::peer("127.0.0.1", PORT/tcp, 1sec);
	}
"#;

#[test]
fn a_port_with_tls_takes_nothing_from_whoever_speaks_no_tls() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let script = SCRIPT.replace("redef Broker::disable_ssl = T;", "");
    std::fs::write(folder.path().join("node.bro"), script.replace("PORT", &port.to_string())).unwrap();
    std::fs::write(folder.path().join("friend.bro"), FRIEND.replace("PORT", &port.to_string())).unwrap();
    let mut node = Node::start_as_bro(folder.path(), "node.bro", &[]);
    node.waits_for(&format!("{port}/tcp"));
    let mut friend = Node::start_as_bro(folder.path(), "friend.bro", &[]);
    friend.waits_for("answer 1");
    let files = open_files(&node);
    let told = |node: &mut Node, who: &Played, reason: &str| {
        node.waits_for(&format!("connection with {} cut off: {reason}", who.address()));
    };
    let mut silent = Played::connect(port);
    for garbage in [&b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], &[0; 100], &[0xff; 100]] {
        let mut somebody = Played::connect(port);
        somebody.says(garbage);
        somebody.is_cut_off();
        told(&mut node, &somebody, "TLS: ");
    }
    // The beginning of a hello of TLS that ends at every byte.
    let hello = [&[0x16, 3, 1, 0, 50, 1, 0, 0, 46, 3, 3][..], &[7; 44]].concat();
    for end in 0..hello.len() {
        let mut somebody = Played::connect(port);
        somebody.says(&hello[..end]);
        let address = somebody.address();
        somebody.ends();
        node.waits_for(&format!("connection with {address} cut off: "));
    }
    silent.is_cut_off();
    told(&mut node, &silent, "the TLS handshake takes too long");
    let crowd: Vec<Played> = (0..1000).map(|_| Played::connect(port)).collect();
    told(&mut node, &crowd[0], "too many connections at once");
    drop(crowd);
    let end = Instant::now() + Duration::from_mins(1);
    while open_files(&node) > files {
        assert!(Instant::now() < end, "{} files are open, {files} were", open_files(&node));
        std::thread::yield_now();
    }
    friend.never_printed("lost the node");
    let number = |line: String| line.rsplit(' ').next().and_then(|number| number.parse::<u64>().ok()).unwrap();
    let last = number(friend.next_with("answer "));
    friend.waits_for(&format!("answer {}", last + 1));
}
