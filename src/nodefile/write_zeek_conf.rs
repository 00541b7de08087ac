//! A `zeek.conf` of which Zeek's generator makes the same cluster again, on one machine.

use std::collections::HashMap;
use std::fmt::Write;

use super::cpu_list;
use super::model::{Cluster, Member, OTHERS, Origin};
use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};

const TARGET: &str = "a zeek.conf";

/// Ports that are taken where nothing else is said.
const PORT: u16 = 27760;
const METRICS_PORT: u16 = 9991;

/// The nodes that have a port, in the order in which they get it.
const LISTENING: [Role; 3] = [Role::Manager, Role::Logger, Role::Proxy];

/// Workers that capture from the same interface.
struct Group<'a> {
    interface: String,
    /// What they were called by.
    tag: Option<String>,
    workers: Vec<&'a Member>,
}

/// Writes the file; what it has no place for, and why there can be none, is added to `found`.
pub fn text(cluster: &Cluster, found: &mut Vec<Diagnostic>) -> Option<String> {
    let errors = found.len();
    refusals(cluster, found);
    if found.iter().skip(errors).any(|diagnostic| diagnostic.severity.is_error()) {
        return None;
    }
    let groups = groups(cluster);
    losses(cluster, &groups, found);
    let mut out = format!("# Made from {} by brood convert.\n", cluster.origin.text());
    let (mut whole, single) = match &groups[..] {
        [] => (String::new(), None),
        [only] => (String::new(), Some(only)),
        _ => ("\n[zeek]\n".to_string(), None),
    };
    if groups.len() > 1 {
        out.push_str("# Several interfaces are known to Zeek since 9.0.\n");
    }
    if let Some(group) = single {
        workers(group, &mut out);
    } else if groups.is_empty() {
        whole.push_str("interface =\nworkers = 0\n");
    }
    let count = |role| cluster.with_role(role).count();
    let _ = write!(whole, "manager = 1\nloggers = {}\nproxies = {}\n", count(Role::Logger), count(Role::Proxy));
    addresses(cluster, &mut whole);
    out.push_str(&whole);
    if single.is_none() {
        for (number, group) in groups.iter().enumerate() {
            let _ = write!(out, "\n[interface {}]\n", tag(&groups, number));
            workers(group, &mut out);
        }
    }
    Some(out)
}

/// What the cluster's machine is called and where it listens, as far as that is not the usual.
fn addresses(cluster: &Cluster, out: &mut String) {
    let Some(manager) = cluster.with_role(Role::Manager).next() else { return };
    let address = manager.node.ip.0;
    if address.to_string() != "127.0.0.1" {
        let _ = writeln!(out, "address = {}", super::layout_text::address(address));
    }
    if manager.node.port.is_set() && manager.node.port.number != PORT {
        let _ = writeln!(out, "port = {}", manager.node.port.number);
    }
    if let Some(port) = manager.node.metrics_port.filter(|port| port.number != METRICS_PORT) {
        let _ = writeln!(out, "metrics_port = {}", port.number);
    }
    if let Some(address) = cluster.listeners.metrics_address.as_ref().filter(|address| *address != "127.0.0.1") {
        let _ = writeln!(out, "metrics_address = {address}");
    }
    for role in LISTENING {
        let mut members = cluster.with_role(role);
        let Some(environment) = members.next().map(|member| &member.environment) else { continue };
        if !environment.is_empty() && members.all(|member| member.environment == *environment) {
            pairs(&format!("{}_env", role.name().to_lowercase()), environment, out);
        }
    }
}

fn workers(group: &Group<'_>, out: &mut String) {
    let _ = write!(out, "interface = {}\nworkers = {}\n", group.interface, group.workers.len());
    if let Some(cpus) = group.workers.iter().map(|member| member.cpu).collect::<Option<Vec<i64>>>() {
        let _ = writeln!(out, "workers_cpu_list = {}", cpu_list::text(&cpus));
    }
    if let Some(environment) = shared_environment(group).filter(|environment| !environment.is_empty()) {
        pairs("worker_env", environment, out);
    }
}

fn pairs(key: &str, environment: &[(String, String)], out: &mut String) {
    let _ = writeln!(out, "{key} =");
    for (name, value) in environment {
        let _ = writeln!(out, "  {name}={value}");
    }
}

fn shared_environment<'a>(group: &Group<'a>) -> Option<&'a Vec<(String, String)>> {
    let first = &group.workers.first()?.environment;
    group.workers.iter().all(|member| member.environment == *first).then_some(first)
}

/// Workers by interface, and by what they were called together. Interfaces that end in the workers' numbers are one,
/// with a variable for the number.
fn groups(cluster: &Cluster) -> Vec<Group<'_>> {
    let mut parts: Vec<(Option<&str>, Vec<&Member>)> = Vec::new();
    for worker in cluster.with_role(Role::Worker) {
        let tag = worker.group.strip_prefix("worker-").filter(|_| cluster.origin == Origin::ZeekConf);
        match parts.iter_mut().find(|(known, _)| *known == tag) {
            Some((_, workers)) => workers.push(worker),
            None => parts.push((tag, vec![worker])),
        }
    }
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (tag, workers) in parts {
        let tag = tag.map(str::to_string);
        if let Some(interface) = numbered(&workers) {
            groups.push(Group { interface, tag, workers });
            continue;
        }
        let first = groups.len();
        for worker in workers {
            let interface = worker.interface.replace("${", "\\${");
            match groups.iter_mut().skip(first).find(|group| group.interface == interface) {
                Some(group) => group.workers.push(worker),
                None => groups.push(Group { interface, tag: tag.clone(), workers: vec![worker] }),
            }
        }
    }
    groups
}

fn numbered(workers: &[&Member]) -> Option<String> {
    let first = &workers.first().filter(|_| workers.len() > 1)?.interface;
    [("${worker_index0}", 0), ("${worker_index}", 1)].into_iter().find_map(|(variable, start)| {
        let stem = first.strip_suffix(&start.to_string())?;
        let is_plain = !stem.contains("${") && !stem.ends_with(|letter: char| letter.is_ascii_digit());
        let mut all = workers.iter().zip(start..);
        let fits = is_plain && all.all(|(worker, number)| worker.interface == format!("{stem}{number}"));
        // A machine's network cards are numbered too, and are no shares of one.
        (fits && stem.ends_with([':', '}', '@'])).then(|| format!("{stem}{variable}"))
    })
}

/// What a group's workers are named by.
fn tag(groups: &[Group<'_>], number: usize) -> String {
    let plain = |group: &Group<'_>| -> String {
        if let Some(tag) = &group.tag {
            return tag.clone();
        }
        let name = group.interface.rsplit("::").next().unwrap_or_default().to_lowercase();
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() || letter == '_' { letter } else { '-' }).collect()
    };
    let Some(group) = groups.get(number) else { return String::new() };
    let tag = plain(group);
    let is_single = groups.iter().filter(|other| plain(other) == tag).count() == 1;
    if is_single && !tag.is_empty() { tag } else { format!("{tag}-{}", number + 1).trim_start_matches('-').to_string() }
}

/// Why the generator could not make such a cluster.
fn refusals(cluster: &Cluster, found: &mut Vec<Diagnostic>) {
    let mut refuse = |name: Option<&str>, message: String| {
        let span = name.map_or(cluster.file, |name| cluster.places.value(name, "ip"));
        found.push(Diagnostic::error(Code::NotExpressible, span, message));
    };
    if cluster.standalone {
        refuse(None, "a zeek.conf has a cluster, not a node that stands alone".into());
        return;
    }
    let mut managers = cluster.with_role(Role::Manager);
    let Some(manager) = managers.next() else {
        refuse(None, "a zeek.conf has a manager, and there is none".into());
        return;
    };
    if let Some(other) = managers.next() {
        refuse(Some(&other.node.name), "a zeek.conf has one manager, and there are more".into());
    }
    let counts = |member: &&Member| !matches!(member.node.role, Role::Control | Role::TimeMachine | Role::None);
    if let Some(other) = cluster.members.iter().filter(counts).find(|member| member.node.ip != manager.node.ip) {
        let message = format!(
            "a zeek.conf is for one machine, but {} is at {} and {} at {}",
            manager.node.name, manager.node.ip.0, other.node.name, other.node.ip.0
        );
        refuse(Some(&other.node.name), message);
    }
}

fn losses(cluster: &Cluster, groups: &[Group<'_>], found: &mut Vec<Diagnostic>) {
    if let Some((member, name, count)) = renamed(cluster, groups) {
        let others = if count > 1 { format!(" ({count} nodes get other names)") } else { String::new() };
        let message =
            format!("nodes have the names that the generator gives: {} becomes {name}{others}", member.node.name);
        found.push(Diagnostic::warning(Code::NotCarriedOver, cluster.places.node(&member.node.name), message));
    }
    other_ports(cluster, groups, found);
    // By worker: whether the file says its processor, and its environment.
    let mut said: HashMap<&str, (bool, bool)> = HashMap::new();
    for group in groups {
        let has_cpus = group.workers.iter().all(|worker| worker.cpu.is_some());
        let of_group = (has_cpus, shared_environment(group).is_some());
        said.extend(group.workers.iter().map(|worker| (worker.node.name.as_str(), of_group)));
    }
    let shares = |role: &Role| {
        let mut members = cluster.with_role(*role).map(|member| &member.environment);
        members.next().is_none_or(|first| members.all(|other| other == first))
    };
    let sharing: Vec<Role> = LISTENING.into_iter().filter(shares).collect();
    let keeps_cpu = |member: &Member| said.get(member.node.name.as_str()).is_some_and(|(cpu, _)| *cpu);
    let keeps_environment = |member: &Member| match said.get(member.node.name.as_str()) {
        Some((_, environment)) => *environment,
        None => sharing.contains(&member.node.role),
    };
    cluster.lose("pin_cpus", TARGET, |member| member.cpu.is_some() && !keeps_cpu(member), found);
    cluster.lose("env_vars", TARGET, |member| !member.environment.is_empty() && !keeps_environment(member), found);
    cluster.lose("aux_scripts", TARGET, |member| !member.scripts.is_empty(), found);
    cluster.lose("zone_id", TARGET, |member| !member.zone.is_empty(), found);
    let captures = |member: &Member| member.node.role != Role::Worker && !member.interface.is_empty();
    cluster.lose("interface", TARGET, captures, found);
    let is_no_part = |member: &Member| matches!(member.node.role, Role::Control | Role::TimeMachine | Role::None);
    for member in cluster.members.iter().filter(|member| is_no_part(member)) {
        let message = format!("{TARGET} has no place for {}, which is a {}", member.node.name, member.node.role.name());
        found.push(Diagnostic::warning(Code::NotCarriedOver, cluster.places.node(&member.node.name), message));
    }
    let manager = cluster.with_role(Role::Manager).next().map(|manager| manager.node.name.as_str());
    let is_led = |member: &Member| matches!(member.node.role, Role::Proxy | Role::Worker);
    let has_other = |member: &Member| is_led(member) && member.node.manager.as_deref() != manager;
    cluster.lose("manager", TARGET, has_other, found);
    for key in OTHERS {
        cluster.lose(key, TARGET, |member| member.others.iter().any(|(other, _)| other == key), found);
    }
    cluster.lose_others(TARGET, found);
    let has_loggers = cluster.with_role(Role::Logger).next().is_some();
    if cluster.manager_is_logger == has_loggers {
        let span = cluster.places.manager_is_logger.unwrap_or(cluster.file);
        let value = if has_loggers { "F" } else { "T" };
        let message = format!("the generator sets Cluster::manager_is_logger to {value} for these nodes");
        found.push(Diagnostic::warning(Code::NotCarriedOver, span, message));
    }
}

/// The nodes in the order of the generator, with the names that it gives.
fn in_order<'a>(cluster: &'a Cluster, groups: &'a [Group<'a>]) -> Vec<(&'a Member, String)> {
    let mut all: Vec<(&Member, String)> = Vec::new();
    all.extend(cluster.with_role(Role::Manager).map(|member| (member, "manager".to_string())));
    for (role, name) in [(Role::Logger, "logger"), (Role::Proxy, "proxy")] {
        all.extend(cluster.with_role(role).zip(1..).map(|(member, number)| (member, format!("{name}-{number}"))));
    }
    for (at, group) in groups.iter().enumerate() {
        let stem = if groups.len() > 1 { format!("worker-{}", tag(groups, at)) } else { "worker".to_string() };
        all.extend(group.workers.iter().zip(1..).map(|(member, number)| (*member, format!("{stem}-{number}"))));
    }
    all
}

/// The first node that gets another name, that name, and how many there are.
fn renamed<'a>(cluster: &'a Cluster, groups: &'a [Group<'a>]) -> Option<(&'a Member, String, usize)> {
    let mut renamed = in_order(cluster, groups).into_iter().filter(|(member, name)| member.node.name != *name);
    let (member, name) = renamed.next()?;
    Some((member, name, renamed.count() + 1))
}

/// Ports that the generator would not give out.
fn other_ports(cluster: &Cluster, groups: &[Group<'_>], found: &mut Vec<Diagnostic>) {
    let all = in_order(cluster, groups);
    let mut warn = |member: &Member, field: &str, message: String| {
        let span = cluster.places.value(&member.node.name, field);
        found.push(Diagnostic::warning(Code::NotCarriedOver, span, message));
    };
    let first = all.first().map(|(member, _)| member.node.port.number).filter(|port| *port != 0).unwrap_or(PORT);
    let listening = all.iter().filter(|(member, _)| member.node.role != Role::Worker);
    if let Some(((member, _), port)) =
        listening.zip(u32::from(first)..).find(|((member, _), port)| u32::from(member.node.port.number) != *port)
    {
        let message = format!("ports are given out in order: {} would listen on {port}", member.node.name);
        warn(member, "p", message);
    }
    let workers = all.iter().filter(|(member, _)| member.node.role == Role::Worker && member.node.port.is_set());
    if let Some((member, _)) = workers.clone().next() {
        let others = workers.count() - 1;
        let others = if others > 0 { format!(" (nor {others} others)") } else { String::new() };
        warn(
            member,
            "p",
            format!("workers of a zeek.conf have no port, so {} listens on none{others}", member.node.name),
        );
    }
    let Some(first) = all.first().and_then(|(member, _)| member.node.metrics_port) else { return };
    let wrong = all
        .iter()
        .zip(u32::from(first.number)..)
        .find(|((member, _), port)| member.node.metrics_port.map_or(0, |metrics| u32::from(metrics.number)) != *port);
    if let Some(((member, _), port)) = wrong {
        let message = format!("ports for metrics are given out in order: {} would have {port}", member.node.name);
        warn(member, "metrics_port", message);
    }
}
