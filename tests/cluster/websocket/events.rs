//! What clients say and hear, as Zeek and other clients have it.

use std::path::Path;
use std::process::Command;

use serde_json::{Value as Json, json};
use tungstenite::Message;

use super::{Client, connect, count, script, string};
use crate::harness::{Node, called, folder_with_cluster, free_ports};

/// What the node did from which the vectors come.
const MY_EVENTS: &str = r#"
module My;

export {
	type Color: enum { RED, GREEN };
	type R: record { a: count; b: string &optional; };
	global gid: count = 0;
	global ping: event(s: string, c: count);
	global pong: event(s: string, c: count);
	global dbl: event(d: double);
	global str: event(s: string);
	global anyev: event(x: any);
	global all: event(b: bool, c: count, i: int, d: double, s: string, a: addr, n: subnet, p: port, t: time,
	                  iv: interval, e: Color, st: set[count], tb: table[string] of count, v: vector of string,
	                  r: R, pt: pattern);
}

event My::ping(s: string, c: count)
	{
	local times = EventMetadata::current(EventMetadata::NETWORK_TIMESTAMP);
	print "GOT ping", s, c, |times| > 0 ? time_to_double(times[0] as time) : -1.0;
	Cluster::publish("/topic/out", My::pong, s + "!", c + 1);
	}

event My::dbl(d: double) { print "GOT dbl", d; }
event My::str(s: string) { print "GOT str", |s|, s; }
event My::anyev(x: any) { print "GOT any", x; }

event My::all(b: bool, c: count, i: int, d: double, s: string, a: addr, n: subnet, p: port, t: time,
              iv: interval, e: Color, st: set[count], tb: table[string] of count, v: vector of string, r: R,
              pt: pattern)
	{
	print "GOT all", b, c, i, d, s, a, n, p, time_to_double(t), iv, e, st, tb, v, r, pt;
	Cluster::publish("/topic/out", My::all, b, c, i, d, s, a, n, p, t, iv, e, st, tb, v, r, pt);
	}
"#;

/// Everything that a Zeek was told, with its answers and what it printed, said to a node that is called as it is.
#[test]
fn what_zeek_was_told_is_answered_as_zeek_did() {
    let vectors: Vec<Json> = serde_json::from_str(include_str!("../../vectors/websocket.json")).unwrap();
    let text = |name: &str| vectors.iter().find(|vector| vector["name"] == name).unwrap()["text"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let start = format!(
        "event zeek_init()\n\t{{\n\tCluster::subscribe(\"/topic/in\");\n\
         \tprint Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp]);\n\t}}\n"
    );
    script(folder.path(), &format!("{MY_EVENTS}{start}"));
    let zeek = called("zeek", folder.path());
    let mut node = Node::start_program(&zeek, &["-b"], folder.path(), "", &["node.bro"]);
    node.waits_for("T");
    let mut client = Client::subscribed(connect(port), &json!(["/topic/out"]));
    assert!(client.endpoint.ends_with("-websocket-0"), "{}", client.endpoint);
    let mut seen = 0;
    for vector in &vectors {
        let name = vector["name"].as_str().unwrap();
        let Some(said) = vector["text"].as_str().filter(|_| name.starts_with("in_")) else { continue };
        match name {
            "in_binary" => client.socket.send(Message::binary(said.as_bytes().to_vec())).unwrap(),
            _ => client.say(said),
        }
        for reply in vector["reply"].as_array().unwrap() {
            assert_eq!(client.hear(), reply.as_str().unwrap(), "{name}");
        }
        if name == "in_all_types" {
            assert_eq!(client.hear(), text("out_all_types"));
        }
        for line in vector["zeek_printed"].as_array().unwrap() {
            let line = line.as_str().unwrap();
            if !line.starts_with("ws added") {
                node.waits_for(line);
            }
        }
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}

const GREETINGS: &str = r#"
global greeting: event(who: string, number: count);
global answer: event(who: string, number: count);

event answer(who: string, number: count)
	{
	print fmt("answer %s %d, remote %s", who, number, is_remote_event());
	}
"#;

#[test]
fn clients_hear_each_other_and_the_node() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        &format!(
            "{GREETINGS}\nevent greeting(who: string, number: count)\n\
             \t{{ Broker::publish(\"answers/\", answer, \"node\", number + 1); }}\n\
             event bro_init()\n\t{{\n\tBroker::subscribe(\"greetings/\");\n\
             \tprint Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp]);\n\t}}\n"
        ),
    );
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for("T");
    let mut first = Client::subscribed(connect(port), &json!(["answers/", "answers/"]));
    node.waits_for("added test/1.0 [answers/]");
    let mut second = Client::subscribed(connect(port), &json!(["greetings/", "answers/"]));
    node.waits_for("added test/1.0 [answers/, greetings/]");
    // The node answers; the other client hears the greeting and the answer; the one that greets does not hear itself.
    second.publish("greetings/x", "greeting", &[string("second"), count(1)]);
    assert_eq!(first.hear_event(), ("answer".to_owned(), vec![json!("node"), json!(2)]));
    assert_eq!(second.hear_event(), ("answer".to_owned(), vec![json!("node"), json!(2)]));
    first.publish("greetings/x", "greeting", &[string("first"), count(5)]);
    assert_eq!(second.hear_event(), ("greeting".to_owned(), vec![json!("first"), json!(5)]));
    assert_eq!(second.hear_event(), ("answer".to_owned(), vec![json!("node"), json!(6)]));
    // What scripts did not ask for raises nothing here, though a client hears it.
    first.publish("answers/y", "answer", &[string("first"), count(7)]);
    assert_eq!(second.hear_event(), ("answer".to_owned(), vec![json!("first"), json!(7)]));
    // What does not fit is said to its sender, and on the node.
    first.hear_event();
    first.publish("greetings/x", "greeting", &[string("first"), string("five")]);
    let error: Json = serde_json::from_str(&first.hear()).unwrap();
    assert_eq!(error["context"], "failed to create Zeek event");
    assert_eq!(error["detail"], "event 'greeting' arg #2 does not fit, got string, expected count");
    node.waits_for(&format!("WebSocket client {}", first.endpoint));
    first.say("{\"topic\":");
    let error: Json = serde_json::from_str(&first.hear()).unwrap();
    assert_eq!(error["code"], "deserialization_failed");
    assert_eq!(error["detail"], "no JSON: a value expected at byte 9");
    first.socket.close(None).unwrap();
    node.waits_for("lost test/1.0 with 1005 'No status code'");
    drop(second.socket);
    node.waits_for("lost test/1.0 with 1006 'Abnormal closure'");
    let log = std::fs::read_to_string(folder.path().join("cluster.log")).unwrap();
    assert!(log.contains("application_name=test/1.0 subscribed to [answers/, greetings/]"), "{log}");
}

#[test]
fn clients_are_part_of_the_cluster_of_their_node() {
    let [port] = free_ports();
    let folder = folder_with_cluster(&format!(
        r#"
global from_client: event(text: string);
global to_client: event(text: string);

event from_client(text: string)
	{{
	print fmt("%s heard %s", Cluster::node, text);
	Broker::publish("clients/", to_client, fmt("%s from %s", text, Cluster::node));
	}}

event bro_init()
	{{
	if ( Cluster::node == "manager" )
		print "listens", Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp]);
	if ( Cluster::node == "worker-1" )
		Broker::subscribe("for/workers/");
	}}
"#
    ));
    let mut manager = Node::start(folder.path(), "manager", &["node.bro"]);
    manager.waits_for("listens, T");
    let mut worker = Node::start(folder.path(), "worker-1", &["node.bro"]);
    manager.waits_for("up worker-1");
    worker.waits_for("up manager");
    let mut client = Client::subscribed(connect(port), &json!(["clients/"]));
    client.publish("for/workers/1", "from_client", &[string("hi")]);
    worker.waits_for("worker-1 heard hi");
    assert_eq!(client.hear_event(), ("to_client".to_owned(), vec![json!("hi from worker-1")]));
    // Another node that goes away takes nobody along.
    worker.kill();
    manager.waits_for("down worker-1");
    client.publish("for/workers/1", "from_client", &[string("nobody")]);
    client.say("5");
    assert!(client.hear().contains("deserialization_failed"));
}

/// A client in Python made by others. It runs where `zeekpy` can be imported, see tests/conformance.md.
#[test]
fn zeekpy_talks_with_a_node() {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let can = Command::new(&python).args(["-c", "import zeekpy"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        eprintln!("not run: {python} cannot import zeekpy");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        &format!(
            r#"
module My;

export {{
	type R: record {{ a: count; b: string &optional; }};
	type Color: enum {{ RED, GREEN }};
	global ping: event(s: string, c: count);
	global pong: event(s: string, c: count);
	global values: event(t: time, i: interval, tb: table[count, string] of double, v: vector of R, st: set[subnet],
	                     a: addr, p: port, e: Color, b: bool, n: int);
}}

event My::ping(s: string, c: count)
	{{
	Cluster::publish("/out", My::pong, s + "!", c + 1);
	}}

event My::values(t: time, i: interval, tb: table[count, string] of double, v: vector of R, st: set[subnet],
                 a: addr, p: port, e: Color, b: bool, n: int)
	{{
	print "values", time_to_double(t), i, tb, v, st, a, p, e, b, n;
	Cluster::publish("/out", My::values, t, i, tb, v, st, a, p, e, b, n);
	}}

event bro_init()
	{{
	Broker::subscribe("/in");
	print Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp]);
	}}
"#
        ),
    );
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for("T");
    for class in ["Zeek", "AsyncZeek"] {
        let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/websocket/zeekpy_client.py");
        let output =
            Command::new(&python).arg(client).arg(class).arg(port.to_string()).env("TZ", "UTC").output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && out.trim() == "all as it should be", "{class}: {out}{err}");
        node.waits_for("lost zeekpy/test with 1000 ''");
    }
}
