//! A port that is taken is tried again, and so is a peer who is not there, as often as the environment or the script says.

use std::net::TcpListener;

use crate::harness::{Node, free_ports};
use crate::played::Played;

const HEAD: &str = "@load base/frameworks/broker\nredef exit_only_after_terminate = T;\n\
    redef Broker::disable_ssl = T;\n\
    event Broker::peer_added(e: Broker::EndpointInfo, m: string) { print \"added\"; }\n\
    event Broker::endpoint_discovered(e: Broker::EndpointInfo, m: string) { print \"discovered\", e$network; }\n\
    event Broker::error(code: Broker::ErrorCode, m: string) { print code; }\n";

fn write(folder: &std::path::Path, name: &str, action: &str) {
    std::fs::write(folder.join(name), format!("{HEAD}event bro_init() {{ {action} }}\n")).unwrap();
}

#[test]
fn a_port_that_is_taken_is_tried_until_it_is_free() {
    let folder = tempfile::tempdir().unwrap();
    // The default is half a minute.
    for (variable, name) in [("BRO_DEFAULT_LISTEN_RETRY", "bro.bro"), ("ZEEK_DEFAULT_LISTEN_RETRY", "zeek.bro")] {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        write(folder.path(), name, &format!("print Broker::listen(\"127.0.0.1\", {port}/tcp);"));
        let mut node = Node::start_as_bro(folder.path(), name, &[(variable, "1")]);
        node.waits_for(&format!("Failed to listen on 127.0.0.1:{port}"));
        node.waits_for("0/");
        node.waits_for(&format!("Failed to listen on 127.0.0.1:{port}"));
        drop(taken);
        let friend = loop {
            // Until somebody listens nobody answers.
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break Played::peer(port, "");
            }
        };
        node.waits_for("added");
        friend.ends();
    }
}

#[test]
fn a_peer_that_is_not_there_is_tried_until_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for variable in ["BRO_DEFAULT_CONNECT_RETRY", "ZEEK_DEFAULT_CONNECT_RETRY"] {
        let [port] = free_ports();
        write(folder.path(), "dialler.bro", &format!("Broker::peer(\"127.0.0.1\", {port}/tcp);"));
        write(folder.path(), "listener.bro", &format!("print Broker::listen(\"127.0.0.1\", {port}/tcp);"));
        let mut dialler = Node::start_as_bro(folder.path(), "dialler.bro", &[(variable, "1")]);
        // One error an attempt: the default would let half a minute pass between them.
        for _ in 0..3 {
            dialler.waits_for("PEER_UNAVAILABLE");
        }
        let mut listener = Node::start_as_bro(folder.path(), "listener.bro", &[]);
        // Scripts may read its address without asking whether it has one.
        listener.waits_for("discovered, [address=<unknown>, bound_port=0/tcp]");
        listener.waits_for("added");
        dialler.waits_for("added");
    }
}

#[test]
fn a_script_may_say_how_soon_a_port_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port();
    let listen = format!("print fmt(\"bound %s\", Broker::listen(\"127.0.0.1\", {port}/tcp, 100msec));");
    write(folder.path(), "listener.bro", &listen);
    write(folder.path(), "dialler.bro", &format!("Broker::peer(\"127.0.0.1\", {port}/tcp, 1sec);"));
    let mut listener = Node::start_as_bro(folder.path(), "listener.bro", &[]);
    listener.waits_for("bound 0/tcp");
    listener.waits_for(&format!("Failed to listen on 127.0.0.1:{port}"));
    drop(held);
    let _dialler = Node::start_as_bro(folder.path(), "dialler.bro", &[]);
    listener.waits_for("added");
}
