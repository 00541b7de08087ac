//! A peer that does not take what it is sent: its queue is bounded, and nobody else waits for it.

use brood::wire::Data;

use crate::harness::{Node, free_ports};
use crate::hostile::memory;
use crate::played::Played;

const EVENTS: u64 = 40_000;
const QUEUE: u64 = 2_000;
const PORTION: u64 = 200;

/// Publishes many large events in small portions, and tells what then waits.
const SCRIPT: &str = r#"
@load base/frameworks/broker
redef exit_only_after_terminate = T;
redef Broker::disable_ssl = T;
redef Broker::peer_buffer_size = QUEUE;
redef Broker::peer_overflow_policy = "POLICY";

global go: event();
global tell: event();
global item: event(n: count, s: string);
global sent = 0;
global filler = "0123456789";

# Whoever takes everything asks for the next portion, so that it is never sent more than it takes.
event go()
	{
	while ( |filler| < 1000 )
		filler += filler;
	local i = 0;
	while ( ++i <= PORTION )
		Broker::publish("item/", item, ++sent, filler);
	if ( sent == EVENTS )
		print "all is sent";
	}

event tell()
	{
	for ( id, stats in Broker::peering_stats() )
		print fmt("queue %s %s", stats$num_overflows > 0 ? "overflew" : "did not", stats$max_queued_recently <= QUEUE + 10);
	}

event Broker::peer_added(e: Broker::EndpointInfo, m: string) { print fmt("added %s", e$network$bound_port); }
event Broker::peer_removed(e: Broker::EndpointInfo, m: string) { print m; }
event Broker::peer_lost(e: Broker::EndpointInfo, m: string) { print "lost"; }

event bro_init()
	{
	Broker::subscribe("node/");
	print Broker::listen("127.0.0.1", PORT/tcp);
	}
"#;

struct Scene {
    node: Node,
    good: Played,
    stalled: Played,
    _folder: tempfile::TempDir,
}

/// A node that publishes to one who takes everything and to one who takes nothing.
fn scene(policy: &str) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let script = SCRIPT
        .replace("POLICY", policy)
        .replace("PORTION", &PORTION.to_string())
        .replace("PORT", &port.to_string())
        .replace("QUEUE", &QUEUE.to_string())
        .replace("EVENTS", &EVENTS.to_string());
    std::fs::write(folder.path().join("node.bro"), script).unwrap();
    let mut node = Node::start_as_bro(folder.path(), "node.bro", &[]);
    node.waits_for(&format!("{port}/tcp"));
    let mut good = Played::peer(port, "item/");
    node.waits_for("added");
    let stalled = Played::peer(port, "item/");
    node.waits_for("added");
    let (_, before) = memory(&node);
    for number in 1..=EVENTS {
        if number % PORTION == 1 {
            good.publishes("node/", "go", Vec::new());
        }
        assert_eq!(good.hears(), Some(number), "nothing is lost for who takes it");
    }
    node.waits_for("all is sent");
    let (_, after) = memory(&node);
    // A kilobyte and a half for each that waits, and room to read and write.
    let bound = QUEUE as usize * 3 + 6144;
    assert!(after < before + bound, "{before} KiB before, {after} KiB after");
    Scene { node, good, stalled, _folder: folder }
}

/// All that the stalled peer hears when it begins to listen, up to the last event or to the end of what waits.
fn heard_late(scene: &mut Scene) -> Vec<u64> {
    scene.good.publishes("node/", "tell", Vec::new());
    scene.node.waits_for("queue did not T");
    scene.node.waits_for("queue overflew T");
    let mut heard = vec![scene.stalled.hears().unwrap()];
    while *heard.last().unwrap() < EVENTS {
        match scene.stalled.hears_within() {
            Some(number) => heard.push(number),
            None => break,
        }
    }
    heard
}

#[test]
fn drop_oldest_keeps_what_came_last() {
    let mut scene = scene("drop_oldest");
    let heard = heard_late(&mut scene);
    assert_eq!((heard[0], *heard.last().unwrap()), (1, EVENTS));
    assert!(heard.windows(2).all(|pair| pair[0] < pair[1]) && (heard.len() as u64) < EVENTS, "{} events", heard.len());
}

#[test]
fn drop_newest_keeps_what_came_first() {
    let mut scene = scene("drop_newest");
    let heard = heard_late(&mut scene);
    let expected: Vec<u64> = (1..=heard.len() as u64).collect();
    assert_eq!(heard, expected);
    assert!((heard.len() as u64) < EVENTS);
}

#[test]
fn disconnect_gives_the_peer_up() {
    let mut scene = scene("disconnect");
    scene.node.waits_for("(caf::sec::backpressure_overflow)");
    while scene.stalled.hears().is_some() {}
    scene.good.publishes("node/", "go", vec![Data::None]);
    scene.node.waits_for("invalid # of args");
}
