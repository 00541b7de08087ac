//! The ways in: Broker's own server, ports that are taken, TLS.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::time::Instant;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::{X509, X509Name};
use serde_json::json;
use tungstenite::client;

use super::{Client, PATIENCE, connect, count, script, string};
use crate::harness::{Node, free_ports};

/// An event of a node that prints it.
const ANSWER: &str = r#"
global answer: event(who: string, number: count);

event answer(who: string, number: count)
	{
	print fmt("answer %s %d, remote %s", who, number, is_remote_event());
	}
"#;

#[test]
fn a_port_that_is_taken_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let start = format!(
        "redef Broker::disable_ssl = T;\nevent bro_init()\n\t{{\n\
         \tprint \"bound\", Broker::listen_websocket(\"127.0.0.1\", {port}/tcp, 20msec);\n\t}}\n"
    );
    script(folder.path(), &start);
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for(&format!("Failed to listen on 127.0.0.1:{port}"));
    node.waits_for("bound, 0/tcp");
    drop(taken);
    let end = Instant::now() + PATIENCE;
    let stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) => assert!(Instant::now() < end, "{error}"),
        }
        std::thread::yield_now();
    };
    Client::subscribed(stream, &json!([]));
}

#[test]
fn broker_has_a_server_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    script(
        folder.path(),
        &format!(
            r#"{ANSWER}
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

#[test]
fn clients_of_broker_hear_the_logs_of_their_node() {
    let folder = tempfile::tempdir().unwrap();
    let [port] = free_ports();
    let test = r#"
redef Broker::disable_ssl = T;
redef Broker::log_batch_size = 1;

module Test;

export {
	redef enum Log::ID += { LOG };
	type Info: record { text: string &log; };
	global write: event(text: string);
}

event bro_init() &priority=5
	{
	Log::create_stream(Test::LOG, [$columns=Info, $path="test"]);
	Log::write(Test::LOG, [$text="before"]);
	}

event Test::write(text: string)
	{
	Log::write(Test::LOG, [$text=text]);
	}
"#;
    let listen = format!(
        "event bro_init() {{ Broker::subscribe(\"in/\"); print Broker::listen_websocket(\"127.0.0.1\", {port}/tcp); }}\n"
    );
    script(folder.path(), &format!("{test}{listen}"));
    let mut node = Node::start(folder.path(), "", &["node.bro"]);
    node.waits_for(&format!("{port}/tcp"));
    let mut client = Client::subscribed(connect(port), &json!(["bro/logs/Test::LOG"]));
    // What a log is, and then each record.
    let begun = client.hear();
    assert!(begun.contains(r#"{"@data-type":"enum-value","data":"Test::LOG"}"#), "{begun}");
    assert!(begun.contains(r#"{"@data-type":"string","data":"text"}"#), "{begun}");
    client.publish("in/", "Test::write", &[string("behind it")]);
    let record = client.hear();
    assert!(record.contains("behind it") && !record.contains("before"), "{record}");
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
        text.push_str(&format!(
            "\tprint {port}, Cluster::listen_websocket([$listen_addr=127.0.0.1, $listen_port={port}/tcp, \
             $tls_options=Cluster::WebSocketTLSOptions({tls})]);\n"
        ));
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
