//! A compose file: one service a node, all on a network of their own, with the layout inside.
//!
//! The nodes get addresses of that network, so that the cluster comes up on any machine that has Docker; which machine
//! a node was on is kept as a label. Nodes of brood capture no packets, so that interfaces and the settings that go with
//! them are left behind.

use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr};

use super::layout_text;
use super::model::{Cluster, Listeners, Member, OTHERS};
use super::release::Release;
use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};
use crate::load::embedded::ROOT;
use crate::value::Address;

const TARGET: &str = "a compose file";

/// What is run beside the layout.
pub struct Extras<'a> {
    /// Scripts, as the user names them.
    pub scripts: &'a [String],
    pub release: &'static Release,
}

/// Addresses of the network from here on: the first ones are those of the machine itself.
const FIRST_HOST: u32 = 10;
const NETWORK: Ipv4Addr = Ipv4Addr::new(172, 29, 0, 0);

/// The head of the file, up to the name of the image.
const HEAD: &str = "\
# There is no image of brood to be downloaded. This builds one of brood's sources:
#
#   docker build --tag brood --file - SOURCES <<'END'
#   FROM rust:1.95 AS build
#   COPY . /brood
#   RUN cargo install --locked --path /brood --root /usr/local
#   FROM debian:stable-slim
#   COPY --from=build /usr/local/bin/brood /usr/local/bin/brood
#   ENTRYPOINT [\"brood\"]
#   END
#
# and this runs the cluster, with the scripts of the folder `scripts` beside this
# file. Logs go to `spool`. Compose has to be 2.23.1 or later, for the layout
# that stands at the end.
#
#   docker compose up
";

/// Writes the file; what it has no place for, and why there can be none, is added to `found`.
pub fn text(cluster: &Cluster, extras: &Extras<'_>, found: &mut Vec<Diagnostic>) -> Option<String> {
    let members: Vec<&Member> = cluster.members.iter().filter(|member| is_run(member, cluster)).collect();
    if !check_names(&members, cluster, found) {
        return None;
    }
    losses(cluster, found);
    let names: Vec<String> = members.iter().map(|member| service(&member.node.name)).collect();
    let bits = if members.len() > 200 { 16 } else { 24 };
    let mut out = format!("# Made from {} by brood convert.\n#\n{HEAD}\n", cluster.origin.text());
    out.push_str("x-node: &node\n  image: ${BROOD_IMAGE:-brood}\n  init: true\n  restart: on-failure\n");
    out.push_str("  stop_grace_period: 30s\n\nservices:\n");
    for (number, (member, name)) in members.iter().zip(&names).enumerate() {
        service_text(member, name, address(number), cluster.standalone, extras, &mut out);
    }
    let _ = write!(out, "\nnetworks:\n  cluster:\n    ipam:\n      config:\n        - subnet: {NETWORK}/{bits}\n");
    if !cluster.standalone {
        out.push_str("\nconfigs:\n  layout:\n    content: |\n");
        for line in layout(cluster, &members, extras.release).lines() {
            // Compose takes $ for a variable of its own.
            let line = line.replace('$', "$$");
            let _ = writeln!(out, "{}", if line.is_empty() { String::new() } else { format!("      {line}") });
        }
    }
    Some(out)
}

/// Those that send commands, and machines that run something else, are no services.
fn is_run(member: &Member, cluster: &Cluster) -> bool {
    match member.node.role {
        Role::Control | Role::TimeMachine => false,
        Role::None => cluster.standalone,
        Role::Logger | Role::Manager | Role::Proxy | Role::Worker => true,
    }
}

fn address(number: usize) -> Ipv4Addr {
    let number = u32::try_from(number).unwrap_or(0);
    Ipv4Addr::from(u32::from(NETWORK).wrapping_add(FIRST_HOST).wrapping_add(number))
}

/// The name of a node's service: compose knows small letters, digits, `-`, `_` and `.` only.
fn service(name: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.') {
            letter.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(plain).collect();
    if name.starts_with(|letter: char| letter.is_ascii_alphanumeric()) { name } else { format!("node{name}") }
}

fn check_names(members: &[&Member], cluster: &Cluster, found: &mut Vec<Diagnostic>) -> bool {
    let mut is_fine = true;
    let mut names: std::collections::HashMap<String, &str> = std::collections::HashMap::new();
    for member in members {
        let name = member.node.name.as_str();
        let span = cluster.places.node(name);
        if let Some(other) = names.insert(service(name), name) {
            let message = format!("the services of {name} and {other} would have the same name");
            found.push(Diagnostic::error(Code::NotExpressible, span, message));
            is_fine = false;
        }
        if name.chars().any(char::is_control) {
            found.push(Diagnostic::error(Code::NotExpressible, span, format!("{name:?} cannot be a service")));
            is_fine = false;
        }
    }
    if members.is_empty() || members.len() > 60_000 {
        let message = format!("a compose file of {} services makes no sense", members.len());
        found.push(Diagnostic::error(Code::NotExpressible, cluster.file, message));
        is_fine = false;
    }
    is_fine
}

fn service_text(
    member: &Member,
    name: &str,
    address: Ipv4Addr,
    standalone: bool,
    extras: &Extras<'_>,
    out: &mut String,
) {
    let node = &member.node;
    let mut command = vec!["run".to_string()];
    if !standalone {
        command.extend(["--layout".to_string(), "/cluster/cluster-layout".to_string() + "." + extras.release.ending()]);
    }
    command.extend(extras.scripts.iter().cloned());
    command.extend(member.scripts.split_whitespace().map(str::to_string));
    let command: Vec<String> = command.iter().map(|word| quoted(word)).collect();
    let _ = write!(out, "  {name}:\n    <<: *node\n    command: [{}]\n    working_dir: /spool\n", command.join(", "));
    let mut variables: Vec<(&str, &str)> = Vec::new();
    if !standalone {
        variables.push(("CLUSTER_NODE", &node.name));
    }
    let search = format!("/scripts:{ROOT}");
    variables.push(("BROPATH", &search));
    let _ = writeln!(out, "    environment:");
    let all =
        variables.into_iter().chain(member.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    for (name, value) in all {
        let _ = writeln!(out, "      {}: {}", quoted(name), quoted(value));
    }
    if let Some(cpu) = member.cpu {
        let _ = writeln!(out, "    cpuset: \"{cpu}\"");
    }
    let _ = writeln!(out, "    labels:\n      node.host: {}", quoted(&member.host));
    if !standalone {
        let ending = extras.release.ending();
        let _ = writeln!(out, "    configs:\n      - source: layout\n        target: /cluster/cluster-layout.{ending}");
    }
    let _ = writeln!(out, "    volumes:\n      - ./scripts:/scripts:ro\n      - ./spool/{name}:/spool");
    let _ = writeln!(out, "    networks:\n      cluster:\n        ipv4_address: {address}");
}

/// The layout with the addresses of the network.
fn layout(cluster: &Cluster, members: &[&Member], release: &Release) -> String {
    let members = members.iter().enumerate().map(|(number, member)| {
        let mut member = (*member).clone();
        member.node.ip = Address(IpAddr::V4(address(number)));
        member.node.zone_id.clear();
        // A machine that is not there can be dialled by nobody.
        member.node.time_machine = None;
        member
    });
    let members = members.collect();
    let listeners = Listeners::default();
    layout_text::text(&Cluster { members, listeners, ..cluster.clone() }, release)
}

fn losses(cluster: &Cluster, found: &mut Vec<Diagnostic>) {
    cluster.lose("zone_id", TARGET, |member| !member.zone.is_empty(), found);
    cluster.lose("time_machine", TARGET, |member| member.node.time_machine.is_some(), found);
    let is_left = |member: &Member| {
        member.node.role == Role::TimeMachine || (member.node.role == Role::None && !cluster.standalone)
    };
    cluster.lose("node_type", TARGET, is_left, found);
    for key in OTHERS {
        cluster.lose(key, TARGET, |member| member.others.iter().any(|(other, _)| other == key), found);
    }
    cluster.lose_others(TARGET, found);
    let is_in_layout = |member: &Member| member.node.interface.as_ref() == Some(&member.interface);
    cluster.lose("interface", TARGET, |member| !member.interface.is_empty() && !is_in_layout(member), found);
}

/// A text in quotes as YAML has them, which are those of JSON; `$` is doubled for compose.
fn quoted(text: &str) -> String {
    serde_json::to_string(&text.replace('$', "$$")).unwrap_or_default()
}
