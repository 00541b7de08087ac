//! WebSocket clients: those of another library against running nodes.

use std::fmt::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::{X509, X509Name};
use serde_json::{Value as Json, json};
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket, client};

use crate::harness::{Node, folder_with_cluster, free_ports};

const PATIENCE: Duration = Duration::from_mins(1);

/// A client that has subscribed.
struct Client<S> {
    socket: WebSocket<S>,
    endpoint: String,
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

impl<S: std::io::Read + std::io::Write> Client<S> {
    fn new(stream: S, path: &str, name: Option<&str>) -> Self {
        let mut request = format!("ws://localhost{path}").into_client_request().unwrap();
        if let Some(name) = name {
            request.headers_mut().insert("X-Application-Name", name.parse().unwrap());
        }
        let (socket, _) = client(request, stream).map_err(|error| error.to_string()).unwrap();
        Client { socket, endpoint: String::new() }
    }

    fn subscribed(stream: S, topics: &Json) -> Self {
        let mut client = Client::new(stream, "/v1/messages/json", Some("test/1.0"));
        client.say(&topics.to_string());
        let ack: Json = serde_json::from_str(&client.hear()).unwrap();
        assert_eq!(ack["type"], "ack", "{ack}");
        assert!(ack["version"].is_string());
        ack["endpoint"].as_str().unwrap().clone_into(&mut client.endpoint);
        client
    }

    fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    fn publish(&mut self, topic: &str, event: &str, arguments: &[Json]) {
        let value = |ty: &str, data: Json| json!({"@data-type": ty, "data": data});
        let event = value("vector", json!([value("string", json!(event)), value("vector", json!(arguments))]));
        let content = json!([value("count", json!(1)), value("count", json!(1)), event]);
        let message = json!({"type": "data-message", "topic": topic, "@data-type": "vector", "data": content});
        self.say(&message.to_string());
    }

    /// The next message; pings are answered meanwhile.
    fn hear(&mut self) -> String {
        loop {
            match self.socket.read().unwrap() {
                Message::Text(text) => return text.as_str().to_owned(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The name and the arguments of the next event.
    fn hear_event(&mut self) -> (String, Vec<Json>) {
        let text = self.hear();
        let message: Json = serde_json::from_str(&text).unwrap();
        let fields = &message["data"][2]["data"];
        let name = fields[0]["data"].as_str().unwrap_or_else(|| panic!("{text}")).to_owned();
        let arguments = fields[1]["data"].as_array().unwrap().iter().map(|argument| argument["data"].clone());
        (name, arguments.collect())
    }

    /// How it ends.
    fn end(&mut self) -> (u16, String) {
        loop {
            match self.socket.read().unwrap() {
                Message::Close(Some(frame)) => return (frame.code.into(), frame.reason.as_str().to_owned()),
                Message::Close(None) => return (0, String::new()),
                _ => {}
            }
        }
    }
}

fn string(text: &str) -> Json {
    json!({"@data-type": "string", "data": text})
}

fn count(number: u64) -> Json {
    json!({"@data-type": "count", "data": number})
}

const HEAD: &str = r#"
@load base/frameworks/cluster
redef exit_only_after_terminate = T;

event Cluster::websocket_client_added(endpoint: Cluster::EndpointInfo, subscriptions: string_vec)
	{
	print fmt("added %s %s", endpoint$application_name, subscriptions);
	}

event Cluster::websocket_client_lost(endpoint: Cluster::EndpointInfo, code: count, reason: string)
	{
	print fmt("lost %s with %d '%s'", endpoint$application_name, code, reason);
	}
"#;

fn script(folder: &Path, text: &str) {
    std::fs::write(folder.join("node.bro"), format!("{HEAD}{text}")).unwrap();
}

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
    let vectors: Vec<Json> = serde_json::from_str(include_str!("../vectors/websocket.json")).unwrap();
    let text = |name: &str| vectors.iter().find(|vector| vector["name"] == name).unwrap()["text"].as_str().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let start = format!(
        "event zeek_init()\n\t{{\n\tCluster::subscribe(\"/topic/in\");\n\
         \tprint Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp]);\n\t}}\n"
    );
    script(folder.path(), &format!("{MY_EVENTS}{start}"));
    let zeek = folder.path().join("zeek");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_brood"), &zeek).unwrap();
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

#[test]
fn broker_has_a_server_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        &format!(
            r#"{GREETINGS}
redef Broker::disable_ssl = T;

event Broker::peer_added(endpoint: Broker::EndpointInfo, msg: string) {{ print "added", msg; }}
event Broker::peer_lost(endpoint: Broker::EndpointInfo, msg: string) {{ print "lost", msg; }}

event bro_init()
	{{
	Broker::subscribe("in/");
	print Broker::listen_websocket("127.0.0.1", {port}/tcp);
	}}
"#
        ),
    );
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for(&format!("{port}/tcp"));
    let mut client = Client::subscribed(connect(port), &json!(["data/"]));
    node.waits_for("added, handshake successful");
    client.publish("in/", "answer", &[string("client"), count(1)]);
    node.waits_for("answer client 1, remote T");
    // Any data will do.
    let mut other = Client::subscribed(connect(port), &json!([]));
    let said = r#"{"type":"data-message","topic":"data/x","@data-type":"count","data":42}"#;
    other.say(said);
    assert_eq!(client.hear(), said);
    other.say("garbage");
    assert!(other.hear().contains("input #2 contained malformed JSON -> caf::pec::unexpected_character(1, 1)"));
    let refused = tungstenite::client("ws://localhost/elsewhere", connect(port)).map(drop);
    assert!(refused.unwrap_err().to_string().contains("400"));
    drop(other.socket);
    node.waits_for("lost, lost connection to client");
}

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

/// A certificate with its key, in files.
fn certificate(folder: &Path, name: &str) {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key: PKey<Private> = PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap();
    let mut subject = X509Name::builder().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    std::fs::write(folder.join(format!("{name}.crt")), builder.build().to_pem().unwrap()).unwrap();
    std::fs::write(folder.join(format!("{name}.key")), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
}

#[test]
fn tls_shows_a_certificate_and_may_ask_for_one() {
    let folder = tempfile::tempdir().unwrap();
    let [open, closed, broken] = free_ports();
    ["server", "client"].iter().for_each(|name| certificate(folder.path(), name));
    let mut text = "event bro_init()\n\t{\n".to_owned();
    for (port, tls) in [
        (open, "$cert_file=\"server.crt\", $key_file=\"server.key\""),
        (
            closed,
            "$cert_file=\"server.crt\", $key_file=\"server.key\", $enable_peer_verification=T, $ca_file=\"client.crt\"",
        ),
        (broken, "$cert_file=\"server.crt\""),
        (broken, "$cert_file=\"nowhere.crt\", $key_file=\"server.key\""),
    ] {
        let _ = writeln!(
            text,
            "\tprint {port}, Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp, \
             $tls_options=Cluster::WebSocketTLSOptions({tls})]);"
        );
    }
    text.push_str("\t}\n");
    script(folder.path(), &text);
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for(&format!("{open}, T"));
    node.waits_for(&format!("{closed}, T"));
    node.waits_for(&format!("{broken}, F"));
    node.waits_for("Invalid tls_options: No key_file field");
    node.waits_for(&format!("WebSocket: Unable to listen on 127.0.0.1:{broken}: the certificate"));
    node.waits_for("nowhere.crt cannot be used");
    let tls = |port: u16, certificate: bool| {
        let mut connector = SslConnector::builder(SslMethod::tls_client()).unwrap();
        connector.set_ca_file(folder.path().join("server.crt")).unwrap();
        connector.set_verify(SslVerifyMode::PEER);
        if certificate {
            connector.set_certificate_file(folder.path().join("client.crt"), SslFiletype::PEM).unwrap();
            connector.set_private_key_file(folder.path().join("client.key"), SslFiletype::PEM).unwrap();
        }
        let configuration = connector.build().configure().unwrap().verify_hostname(false);
        configuration.connect("server", connect(port)).unwrap()
    };
    let stream = tls(open, false);
    assert_eq!(stream.ssl().version2(), Some(SslVersion::TLS1_3));
    Client::subscribed(stream, &json!([]));
    node.waits_for("added test/1.0 []");
    Client::subscribed(tls(closed, true), &json!([]));
    // In TLS 1.3 a client hears of its refusal only when it reads.
    let refused = client("ws://localhost/v1/messages/json", tls(closed, false)).map(drop);
    assert!(refused.is_err());
    node.waits_for("connection with 127.0.0.1:");
    let plain = client("ws://localhost/v1/messages/json", connect(open)).map(drop);
    assert!(plain.is_err());
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
        let client = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cluster/zeekpy_client.py");
        let output =
            Command::new(&python).arg(client).arg(class).arg(port.to_string()).env("TZ", "UTC").output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success() && out.trim() == "all as it should be", "{class}: {out}{err}");
        node.waits_for("lost zeekpy/test with 1000 ''");
    }
}
