//! Addresses and ports.

use std::collections::HashMap;

use super::Facts;
use crate::cluster::Node;
use crate::cluster::layout::NodePort;
use crate::diag::{Code, Diagnostic};
use crate::value::{Address, Protocol};

/// The range from which Linux takes ports for outgoing connections, unless told otherwise.
const EPHEMERAL: std::ops::RangeInclusive<u16> = 32768..=60999;

/// The ports a node opens, with the field that says so.
fn opened(node: &Node) -> impl Iterator<Item = (&'static str, NodePort)> {
    let metrics = node.metrics_port.map(|port| ("metrics_port", port));
    Some(("p", node.port)).into_iter().chain(metrics).filter(|(_, port)| port.is_set())
}

/// Nobody listens where another one does.
pub(super) fn duplicates(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut taken: HashMap<(Address, u16), (&Node, &'static str)> = HashMap::new();
    for node in &facts.layout.nodes {
        for (field, port) in opened(node) {
            let Some((first, first_field)) = taken.get(&(node.ip, port.number)) else {
                taken.insert((node.ip, port.number), (node, field));
                continue;
            };
            let what = |node: &Node, field: &str| {
                if field == "p" { node.name.clone() } else { format!("the metrics of {}", node.name) }
            };
            let message = format!(
                "{} and {} both want port {} of {}",
                what(first, first_field),
                what(node, field),
                port.number,
                node.ip.0
            );
            found.push(
                Diagnostic::error(Code::DuplicateEndpoint, facts.places.value(&node.name, field), message)
                    .related(facts.places.value(&first.name, first_field), "the first one"),
            );
        }
    }
}

/// Ports that may be refused or taken, and such that are none for TCP.
pub(super) fn ports(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut ephemeral = Vec::new();
    for node in &facts.layout.nodes {
        for (field, port) in opened(node) {
            let span = facts.places.value(&node.name, field);
            if port.protocol != Protocol::Tcp {
                let message = format!("${field} of {} is no TCP port", node.name);
                let replacement = format!("{}/tcp", port.number);
                found.push(Diagnostic::error(Code::NotTcp, span, message).fix(
                    span,
                    replacement,
                    "nodes listen on TCP",
                ));
            }
            if port.number < 1024 {
                let message = format!("{} needs privileges to listen on port {}", node.name, port.number);
                found.push(Diagnostic::warning(Code::PrivilegedPort, span, message));
            }
            if EPHEMERAL.contains(&port.number) {
                ephemeral.push((node, port, span));
            }
        }
    }
    // One note for all: layouts made by BroControl have every port there.
    if let Some((node, port, span)) = ephemeral.first() {
        let others = match ephemeral.len() - 1 {
            0 => String::new(),
            1 => " (and that of one other node)".to_string(),
            count => format!(" (and those of {count} other nodes)"),
        };
        let message = format!(
            "port {} of {}{others} is in the range that outgoing connections use, {} to {} on Linux",
            port.number,
            node.name,
            EPHEMERAL.start(),
            EPHEMERAL.end()
        );
        let advice = "reserve it: sysctl net.ipv4.ip_local_reserved_ports";
        found.push(Diagnostic::new(crate::diag::Severity::Note, Code::EphemeralPort, *span, message).note(advice));
    }
}

/// Either all nodes are on this machine or none is addressed as if it were.
pub(super) fn loopback(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let (local, remote): (Vec<&Node>, Vec<&Node>) = facts.layout.nodes.iter().partition(|node| node.ip.0.is_loopback());
    let (Some(first), Some(other)) = (local.first(), remote.first()) else { return };
    let span = facts.places.value(&first.name, "ip");
    let message = format!(
        "{} is at {}, which other machines cannot reach, while {} is at {}",
        first.name, first.ip.0, other.name, other.ip.0
    );
    found.push(
        Diagnostic::warning(Code::MixedLoopback, span, message)
            .related(facts.places.value(&other.name, "ip"), "not a loopback address"),
    );
}

/// Zones belong to link-local IPv6 addresses.
pub(super) fn zones(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for node in &facts.layout.nodes {
        if !node.zone_id.is_empty() && node.ip.is_v4() {
            let span = facts.places.value(&node.name, "zone_id");
            let message = format!("{} has a zone, but {} is an IPv4 address", node.name, node.ip.0);
            found.push(Diagnostic::warning(Code::UselessZone, span, message));
        }
    }
}
