//! WebSocket clients: how many events a second one client sends and hears, and how long one takes there and back.
//!
//! `cargo bench --bench clients`, or with `-- --brood PROGRAM` for a program that is built already. The client is that of
//! tungstenite, in this process.

// A benchmark that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::TcpStream;
use std::time::Instant;

use tungstenite::{Message, WebSocket};

#[path = "support/measure.rs"]
mod measure;
#[path = "support/process.rs"]
mod process;

use measure::Measure;
use process::{Bench, Process, free_ports};

const EVENTS: u64 = 100_000;
const TRIPS: u64 = 5_000;

/// A node, and a client that has been let in.
struct Pair {
    node: Process,
    socket: WebSocket<TcpStream>,
}

/// An event for the node.
fn event(name: &str, arguments: &str) -> Message {
    Message::text(format!(
        r#"{{"type":"data-message","topic":"node/","@data-type":"vector","data":[{{"@data-type":"count","data":1}},{{"@data-type":"count","data":1}},{{"@data-type":"vector","data":[{{"@data-type":"string","data":"{name}"}},{{"@data-type":"vector","data":[{arguments}]}}]}}]}}"#
    ))
}

fn count(number: u64) -> String {
    format!(r#"{{"@data-type":"count","data":{number}}}"#)
}

impl Pair {
    fn new(bench: &Bench) -> Pair {
        let port = free_ports(1)[0];
        let mut node = bench.start("clients.zeek", &[("PORT", &port.to_string())]);
        node.tells("ready");
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        let (mut socket, _) = tungstenite::client("ws://localhost/v1/messages/json", stream).unwrap();
        socket.send(Message::text(r#"["client/"]"#)).unwrap();
        let answer = socket.read().unwrap();
        assert!(answer.to_text().unwrap().contains("\"ack\""), "{answer}");
        Pair { node, socket }
    }

    /// Waits for the next event, whichever it is.
    fn hear(&mut self) {
        while !matches!(self.socket.read().unwrap(), Message::Text(_)) {}
    }

    /// Events a second that the node takes.
    fn says(mut self) -> f64 {
        for number in 1..=EVENTS {
            let text = r#"{"@data-type":"string","data":"hello world"}"#;
            self.socket.write(event("item", &format!("{},{text}", count(number)))).unwrap();
        }
        self.socket.send(event("all_sent", &count(EVENTS))).unwrap();
        self.node.tells("rate")
    }

    /// Events a second that the client hears.
    fn hears(mut self) -> f64 {
        // The node makes all of them before the first one is here.
        let began = Instant::now();
        self.socket.send(event("send", &count(EVENTS))).unwrap();
        (0..EVENTS).for_each(|_| self.hear());
        EVENTS as f64 / began.elapsed().as_secs_f64()
    }

    /// Microseconds of an event there and another one back.
    fn trip(mut self) -> f64 {
        let began = Instant::now();
        for number in 0..TRIPS {
            self.socket.send(event("ask", &count(number))).unwrap();
            self.hear();
        }
        began.elapsed().as_secs_f64() * 1e6 / TRIPS as f64
    }
}

fn main() {
    let (bench, measure) = (Bench::new(), Measure::new());
    measure.one("events of one WebSocket client", "/s", "", || Pair::new(&bench).says());
    measure.one("events to one WebSocket client", "/s", "", || Pair::new(&bench).hears());
    measure.one("WebSocket client, there and back", "us", "", || Pair::new(&bench).trip());
}
