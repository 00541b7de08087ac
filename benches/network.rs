//! The network: events a second, how long one takes there and back, the memory of a burst and of a node that does
//! nothing, and how soon a cluster is complete.
//!
//! `cargo bench --bench network`, or with `-- --brood PROGRAM` for a program that is built already; `-- --nodes 200` starts a
//! cluster of so many processes instead.

// A benchmark that cannot go on says where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::time::Instant;

#[path = "support/measure.rs"]
mod measure;
#[path = "support/process.rs"]
mod process;

use measure::Measure;
use process::{Bench, Process, argument, free_ports};

impl Process {
    /// The most memory it has had, in mebibytes, where the system tells.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
    }
}

impl Bench {
    /// Events a second, how many were lost, and the sender's memory.
    fn events(&self, tls: &str, batch: &str, queue: &str) -> [f64; 3] {
        let port = free_ports(1)[0].to_string();
        let variables =
            [("PORT", port.as_str()), ("TLS", tls), ("TOTAL", "300000"), ("BATCH", batch), ("QUEUE", queue)];
        let mut receiver = self.start("receive.zeek", &variables);
        receiver.tells("ready");
        let mut sender = self.start("send.zeek", &variables);
        let (rate, lost) = (receiver.tells("rate"), receiver.tells("lost"));
        sender.tells("done");
        [rate, lost, sender.memory()]
    }

    /// How long an event takes there and back, in microseconds.
    fn trip(&self, tls: &str) -> f64 {
        let port = free_ports(1)[0].to_string();
        let variables = [("PORT", port.as_str()), ("TLS", tls), ("TOTAL", "20000")];
        let mut answerer = self.start("answer.zeek", &variables);
        answerer.tells("ready");
        self.start("ask.zeek", &variables).tells("trip")
    }

    /// The memory of a node that listens.
    fn idle(&self, tls: &str) -> f64 {
        let port = free_ports(1)[0].to_string();
        let mut node = self.start("answer.zeek", &[("PORT", port.as_str()), ("TLS", tls)]);
        node.tells("ready");
        node.memory()
    }

    /// How long a cluster of so many processes takes until each has met all it has to do with.
    fn cluster(&self, tls: &str, nodes: usize) -> f64 {
        let names = (0..nodes).map(|number| match number {
            0 => ("manager".to_owned(), "MANAGER"),
            1 => ("logger-1".to_owned(), "LOGGER"),
            2 | 3 => (format!("proxy-{}", number - 1), "PROXY"),
            _ => (format!("worker-{}", number - 3), "WORKER"),
        });
        let names: Vec<(String, &str)> = names.collect();
        let mut layout = "redef Cluster::manager_is_logger = F;\nredef Cluster::nodes = {\n".to_owned();
        for ((name, role), port) in names.iter().zip(free_ports(nodes)) {
            let manager = if *role == "MANAGER" { "" } else { ", $manager=\"manager\"" };
            let _ = writeln!(
                layout,
                "\t[\"{name}\"] = [$node_type=Cluster::{role}, $ip=127.0.0.1, $p={port}/tcp{manager}],"
            );
        }
        layout.push_str("};\n");
        std::fs::write(self.folder.path().join("cluster-layout.zeek"), layout).unwrap();
        let began = Instant::now();
        let start = |(name, _): &(String, &str)| self.start("node.zeek", &[("CLUSTER_NODE", name), ("TLS", tls)]);
        let mut processes: Vec<Process> = names.iter().map(start).collect();
        for process in &mut processes {
            process.tells("up");
        }
        began.elapsed().as_secs_f64()
    }
}

fn main() {
    let bench = Bench::new();
    if let Some(nodes) = argument("--nodes") {
        let nodes = nodes.parse().unwrap();
        println!("a cluster of {nodes} processes is complete after {:.2} s", bench.cluster("1", nodes));
        return;
    }
    let measure = Measure::new();
    for (tls, kind, rate, trip) in [("0", "plain", "450000", "120"), ("1", "TLS", "300000", "160")] {
        let paced = || {
            let [rate, lost, _] = bench.events(tls, "700", "8192");
            // What is lost does not count.
            if lost == 0.0 { rate } else { 0.0 }
        };
        measure.one(&format!("events, {kind}, 700 a millisecond"), "/s", &format!("at least {rate}"), paced);
        let burst = || {
            let [_, lost, memory] = bench.events(tls, "300000", "400000");
            if lost == 0.0 { memory } else { f64::INFINITY }
        };
        measure.one(&format!("burst of 300000 events, {kind}, sender"), "MiB", "at most 60", burst);
        measure.one(&format!("there and back, {kind}"), "us", &format!("at most {trip}"), || bench.trip(tls));
        measure.one(&format!("cluster of 8, {kind}, complete after"), "s", "at most 0.5", || bench.cluster(tls, 8));
        measure.one(&format!("node that does nothing, {kind}"), "MiB", "at most 12", || bench.idle(tls));
    }
}
