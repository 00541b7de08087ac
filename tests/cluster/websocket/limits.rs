//! Clients that are slow, silent or strange, and how they end.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::json;
use tungstenite::Message;

use super::{Client, connect, count, script};
use crate::harness::{Node, free_ports};

/// The most memory that a process has had, in KiB.
fn memory_peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn a_client_that_does_not_read_holds_up_nobody_and_takes_no_memory() {
    const ROUNDS: u64 = 40;
    const EACH: u64 = 500;
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        &format!(
            r#"
redef Broker::web_socket_buffer_size = 1000;
global more: event(start: count);
global item: event(number: count, text: string);
global filling = string_fill(1000, "x");

event more(start: count)
	{{
	local number = start;
	while ( number < start + {EACH} )
		{{
		Cluster::publish("items/", item, number, filling);
		++number;
		}}
	}}

event bro_init()
	{{
	Broker::subscribe("in/");
	print Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp, $ping_interval=-1sec]);
	}}
"#
        ),
    );
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for("T");
    let mut stalled = Client::subscribed(connect(port), &json!(["items/"]));
    let mut reading = Client::subscribed(connect(port), &json!(["items/"]));
    let before = memory_peak(node.child.id());
    for round in 0..ROUNDS {
        reading.publish("in/", "more", &[count(round * EACH)]);
        for number in round * EACH..(round + 1) * EACH {
            let (_, arguments) = reading.hear_event();
            assert_eq!(arguments[0], json!(number));
        }
    }
    // All of it is 24 MB; a thousand messages may wait.
    let grown = memory_peak(node.child.id()) - before;
    assert!(grown < 16 * 1024, "{grown} KiB");
    // Of what the other did not read the oldest is gone.
    let (mut last, mut heard) = (0, 0);
    while last < ROUNDS * EACH - 1 {
        let (_, arguments) = stalled.hear_event();
        let number = arguments[0].as_u64().unwrap();
        assert!(heard == 0 || number > last);
        (last, heard) = (number, heard + 1);
    }
    assert!(heard < ROUNDS * EACH, "{heard}");
}

/// Reads until the node ends the connection. What was said before that.
fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    // A connection that is cut off may end with an error.
    let _ = stream.read_to_end(&mut said);
    said
}

#[test]
fn whoever_only_connects_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let listen =
        format!("Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp, $ping_interval=-1sec])");
    script(folder.path(), &format!("event bro_init()\n\t{{\n\tprint {listen};\n\t}}\n"));
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for("T");
    let mut client = Client::subscribed(connect(port), &json!([]));
    let request = "GET /v1/messages/json HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
                   Sec-WebSocket-Version: 13\r\nX-Application-Name: short\r\nSec-WebSocket-Key: x\r\n\r\n";
    connect(port).write_all(request.as_bytes()).unwrap();
    node.waits_for("lost short with 1006 'Abnormal closure'");
    // It ends at every byte.
    for end in 0..request.len() {
        // Where too many are there at once some are closed before they have said anything.
        let _ = connect(port).write_all(&request.as_bytes()[..end]);
    }
    // There is room for 100. Those who say nothing, or not everything, are gone after three seconds.
    let mut silent: Vec<TcpStream> = (0..120).map(|_| connect(port)).collect();
    for stream in &mut silent {
        // Some were closed at once.
        let _ = stream.write_all(b"GET /v1/mess");
    }
    for stream in silent {
        assert_eq!(rest(stream), b"");
    }
    let mut garbage = connect(port);
    garbage.write_all(&[0xff; 1000]).unwrap();
    assert!(rest(garbage).starts_with(b"HTTP/1.1 400 Bad Request\r\n"));
    let other = Client::subscribed(connect(port), &json!([]));
    assert!(other.endpoint.contains("-websocket-"));
    client.say("5");
    assert!(client.hear().contains("deserialization_failed"));
}

#[test]
fn who_may_not_come_in_is_told_and_others_are_told_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        &format!(
            "global stop: event();\nevent stop() {{ terminate(); }}\nevent bro_init()\n\t{{\n\
             \tBroker::subscribe(\"in/\");\n\
             \tprint Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp, $ping_interval=200msec]);\n\
             \tprint \"again\", Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp]);\n\t}}\n"
        ),
    );
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for("T");
    node.waits_for("again, F");
    node.waits_for(&format!("Already listening on 127.0.0.1:{port}"));
    let mut client = Client::new(connect(port), "/v1/messages", None);
    assert!(client.hear().contains("\"invalid_uri\""));
    assert_eq!(client.end(), (1008, "Invalid URI - use /v1/messages/json".to_owned()));
    let mut client = Client::new(connect(port), "/v1/messages/json", Some("a b"));
    assert!(client.hear().contains("\"invalid_application_name\""));
    assert_eq!(client.end(), (1008, "Invalid X-Application-Name".to_owned()));
    // Pings come and go; a client that does not answer them is given up.
    let mut alive = Client::subscribed(connect(port), &json!([]));
    for _ in 0..3 {
        assert!(matches!(alive.socket.read().unwrap(), Message::Ping(_)));
    }
    let silent = Client::subscribed(connect(port), &json!([]));
    let listening = std::thread::spawn(move || while alive.socket.read().is_ok_and(|message| !message.is_close()) {});
    node.waits_for("lost test/1.0 with 1011 'Ping timeout'");
    drop(silent);
    let mut last = Client::subscribed(connect(port), &json!([]));
    last.publish("in/", "stop", &[]);
    assert_eq!(last.end(), (1001, "Terminating".to_owned()));
    listening.join().unwrap();
    assert!(node.child.wait().unwrap().success());
}
