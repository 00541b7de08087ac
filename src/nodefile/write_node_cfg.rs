//! A `node.cfg` of which BroControl makes the same cluster again.

use std::collections::HashMap;
use std::fmt::Write;
use std::net::IpAddr;

use super::environment;
use super::model::{Cluster, Member, OTHERS, Origin};
use super::release::{RELEASES, Release};
use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};

const TARGET: &str = "a node.cfg";

/// The ports that a control program would give out.
struct Numbering {
    release: &'static Release,
    first: i64,
}

/// Writes the file; what it has no place for, and why there can be none, is added to `found`. None where BroControl
/// would refuse such a cluster.
pub fn text(cluster: &Cluster, release: &'static Release, found: &mut Vec<Diagnostic>) -> Option<String> {
    let errors = found.len();
    refusals(cluster, found);
    if found.iter().skip(errors).any(|diagnostic| diagnostic.severity.is_error()) {
        return None;
    }
    losses(cluster, found);
    let numbering = numbering(cluster, release, found);
    let mut out = format!("# Made from {} by brood convert.\n", cluster.origin.text());
    let settings = settings(cluster, numbering.as_ref(), release);
    if !settings.is_empty() {
        let file = numbering.as_ref().map_or(release, |numbering| numbering.release).settings_file();
        let _ = writeln!(out, "# What belongs into {file} with it:");
        for setting in settings {
            let _ = writeln!(out, "#   {setting}");
        }
    }
    for member in cluster.members.iter().filter(|member| kind(member, cluster).is_some()) {
        section(member, cluster, &mut out);
    }
    Some(out)
}

/// The type of a node, where `node.cfg` has one.
fn kind(member: &Member, cluster: &Cluster) -> Option<&'static str> {
    Some(match member.node.role {
        Role::None if cluster.standalone => "standalone",
        Role::Logger => "logger",
        Role::Manager => "manager",
        Role::Proxy => "proxy",
        Role::Worker => "worker",
        Role::None | Role::Control | Role::TimeMachine => return None,
    })
}

fn section(member: &Member, cluster: &Cluster, out: &mut String) {
    let _ = write!(out, "\n[{}]\n", member.node.name);
    let mut key = |key: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{key}={}", value.replace('%', "%%").replace('\n', "\n\t"));
        }
    };
    key("type", kind(member, cluster).unwrap_or_default());
    key("host", &member.host);
    key("zone_id", &member.zone);
    key("interface", &member.interface);
    key("pin_cpus", &member.cpu.map_or_else(String::new, |cpu| cpu.to_string()));
    key("env_vars", &environment::text(&member.environment));
    key("aux_scripts", &member.scripts);
    for other in OTHERS {
        if let Some((_, value)) = member.others.iter().find(|(name, _)| name == other) {
            key(other, value);
        }
    }
}

/// Why BroControl would not take such a cluster.
fn refusals(cluster: &Cluster, found: &mut Vec<Diagnostic>) {
    let mut refuse = |name: Option<&str>, message: String| {
        let span = name.map_or(cluster.file, |name| cluster.places.node(name));
        found.push(Diagnostic::error(Code::NotExpressible, span, message));
    };
    if cluster.standalone {
        return;
    }
    let managers: Vec<&Member> = cluster.with_role(Role::Manager).collect();
    match &managers[..] {
        [] => refuse(None, "a cluster in node.cfg has a manager, and there is none".into()),
        [_] => {}
        [_, other, ..] => {
            refuse(Some(&other.node.name), "a cluster in node.cfg has one manager, and there are more".into());
        }
    }
    if cluster.with_role(Role::Proxy).next().is_none() {
        refuse(None, "a cluster in node.cfg has at least one proxy, and there is none".into());
    }
    let mut names: HashMap<String, &str> = HashMap::new();
    for member in cluster.members.iter().filter(|member| kind(member, cluster).is_some()) {
        let name = member.node.name.as_str();
        if name == "control" || name == "DEFAULT" || name.trim() != name || name.chars().any(char::is_control) {
            refuse(Some(name), format!("{name:?} cannot be the name of a node in node.cfg"));
        }
        if let Some(other) = names.insert(name.to_lowercase(), name) {
            refuse(Some(name), format!("the names of {name} and {other} differ only in the case of their letters"));
        }
        let texts = [&member.interface, &member.host, &member.zone, &member.scripts];
        if texts.iter().any(|text| text.trim() != text.as_str() || text.contains(['\n', '\r'])) {
            refuse(Some(name), format!("a value of {name} has white space at an end, or several lines"));
        }
    }
    let is_local = |member: &Member| matches!(member.node.ip.0.to_string().as_str(), "127.0.0.1" | "::1");
    let remote = cluster.members.iter().find(|member| kind(member, cluster).is_some() && !is_local(member));
    if let (Some(manager), Some(remote)) = (managers.first().filter(|manager| is_local(manager)), remote) {
        let message = format!("{} is at a loopback address, but {} is not", manager.node.name, remote.node.name);
        refuse(Some(&manager.node.name), message);
    }
}

fn losses(cluster: &Cluster, found: &mut Vec<Diagnostic>) {
    let manager = cluster.with_role(Role::Manager).next();
    let name = manager.map(|member| member.node.name.as_str());
    let dials = |member: &Member| matches!(member.node.role, Role::Proxy | Role::Worker);
    // Where all follow the rule, the generated layout says the same.
    cluster.lose(
        "manager",
        TARGET,
        |member| {
            let said = member.node.manager.as_deref();
            if dials(member) {
                said != name && said.is_some()
            } else {
                cluster.origin == Origin::Layout && said.is_some()
            }
        },
        found,
    );
    cluster.lose("time_machine", TARGET, |member| member.node.time_machine.is_some(), found);
    cluster.lose("logger", TARGET, |member| member.node.logger.is_some(), found);
    cluster.lose("proxy", TARGET, |member| member.node.proxy.is_some(), found);
    cluster.lose("workers", TARGET, |member| !member.node.workers.is_empty(), found);
    cluster.lose("node_type", TARGET, |member| member.node.role == Role::None && !cluster.standalone, found);
    let is_elsewhere =
        |member: &Member| member.node.role == Role::Control && manager.is_some_and(|it| it.node.ip != member.node.ip);
    cluster.lose("ip", TARGET, is_elsewhere, found);
    cluster.lose_others(TARGET, found);
    let has_loggers = cluster.with_role(Role::Logger).next().is_some();
    if !cluster.standalone && cluster.manager_is_logger == has_loggers {
        let span = cluster.places.manager_is_logger.unwrap_or(cluster.file);
        let value = if has_loggers { "F" } else { "T" };
        let message = format!("BroControl sets Cluster::manager_is_logger to {value} for these nodes");
        found.push(Diagnostic::warning(Code::NotCarriedOver, span, message));
    }
}

/// Finds a generation that gives out just these ports; says which port would be another one where there is none.
fn numbering(cluster: &Cluster, wanted: &'static Release, found: &mut Vec<Diagnostic>) -> Option<Numbering> {
    let all = std::iter::once(wanted).chain(&RELEASES);
    let mut first_failure = None;
    for release in all {
        let first = first_port(cluster, release)?;
        match mismatch(cluster, release, first) {
            None => return Some(Numbering { release, first }),
            Some(failure) => first_failure = first_failure.or(Some((failure, first))),
        }
    }
    let ((name, would_be), first) = first_failure?;
    let member = cluster.members.iter().find(|member| member.node.name == name)?;
    let has = match member.node.port.number {
        0 => "has none".to_string(),
        port => format!("has {port}"),
    };
    let message = format!(
        "ports in a node.cfg follow from the order of the nodes: from {first} on, {name} would have {would_be}, and {has}"
    );
    found.push(Diagnostic::warning(Code::NotCarriedOver, cluster.places.value(&name, "p"), message));
    None
}

/// The nodes in the order in which ports are given out, after the one for commands.
fn in_order<'a>(cluster: &'a Cluster, release: &Release) -> Vec<&'a Member> {
    let first = if release.manager_first { Role::Manager } else { Role::Logger };
    let second = if release.manager_first { Role::Logger } else { Role::Manager };
    [first, second, Role::Proxy, Role::Worker].into_iter().flat_map(|role| cluster.with_role(role)).collect()
}

fn first_port(cluster: &Cluster, release: &Release) -> Option<i64> {
    if cluster.standalone {
        return cluster.members.first().map(|member| i64::from(member.node.port.number));
    }
    let control = cluster.with_role(Role::Control).next().filter(|member| member.node.port.is_set());
    if let Some(control) = control {
        return Some(i64::from(control.node.port.number));
    }
    let first = in_order(cluster, release).into_iter().find(|member| member.node.port.is_set())?;
    Some(i64::from(first.node.port.number) - 1)
}

/// The first node that would have another port, with that port.
fn mismatch(cluster: &Cluster, release: &Release, first: i64) -> Option<(String, i64)> {
    if cluster.standalone {
        return None;
    }
    let ports = (first + 1)..;
    in_order(cluster, release)
        .into_iter()
        .zip(ports)
        // A worker that has no port gets one, which changes nothing: nobody dials it.
        .filter(|(member, _)| member.node.role != Role::Worker || member.node.port.is_set())
        .find(|(member, port)| i64::from(member.node.port.number) != *port)
        .map(|(member, port)| (member.node.name.clone(), port))
}

/// Lines for the file of settings, without which the generated layout would be another one.
fn settings(cluster: &Cluster, numbering: Option<&Numbering>, release: &Release) -> Vec<String> {
    let mut settings = Vec::new();
    let release = numbering.map_or(release, |numbering| numbering.release);
    if let Some(numbering) = numbering
        && numbering.first != i64::from(release.port) + release.reserved()
    {
        settings.push(format!("{} = {}", release.port_setting(), numbering.first - release.reserved()));
    }
    let metrics = cluster.with_role(Role::Manager).next().and_then(|manager| manager.node.metrics_port);
    match (metrics, release.metrics_port) {
        (Some(port), Some(usual)) if port.number != usual => settings.push(format!("MetricsPort = {}", port.number)),
        (None, Some(_)) if !cluster.standalone => settings.push("MetricsPort = 0".into()),
        _ => {}
    }
    if let Some(machine) = cluster.with_role(Role::TimeMachine).next() {
        let host = match machine.node.ip.0 {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        };
        settings.push(format!("TimeMachineHost = {host}"));
        settings.push(format!("TimeMachinePort = {}/tcp", machine.node.port.number));
    }
    settings
}
