//! One section of a `node.cfg`: its keys, and the nodes that it stands for.

use rustc_hash::FxHashMap;

use super::environment;
use super::ini::{Entry, Section};
use super::model::{Resolve, preferred};
use super::python::integer;
use super::release::Release;
use crate::diag::{Code, Diagnostic, similar};
use crate::source::Span;
use std::net::IpAddr;

/// What `type` may say, in the order in which nodes are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Standalone,
    Logger,
    Manager,
    Proxy,
    Worker,
}

impl Kind {
    const ALL: [(Kind, &'static str); 5] = [
        (Kind::Standalone, "standalone"),
        (Kind::Logger, "logger"),
        (Kind::Manager, "manager"),
        (Kind::Proxy, "proxy"),
        (Kind::Worker, "worker"),
    ];

    pub(super) fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    fn of(name: &str) -> Option<Kind> {
        Kind::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

/// The keys, as plugins name theirs too: with an underscore for the dot.
const KEYS: &[&str] = &[
    "type",
    "host",
    "interface",
    "aux_scripts",
    "brobase",
    "zeekbase",
    "ether",
    "zone_id",
    "lb_procs",
    "lb_method",
    "lb_interfaces",
    "pin_cpus",
    "env_vars",
    "count",
    "test_mykey",
    "af_packet_fanout_id",
    "af_packet_fanout_mode",
    "af_packet_buffer_size",
];

/// Methods by which packets are shared among workers.
const METHODS: &[&str] = &["af_packet", "pf_ring", "myricom", "custom", "interfaces"];

/// More processes than anybody has, and few enough to list.
const MOST_PROCESSES: i64 = 10_000;

/// A node as its section says it.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub name: String,
    pub group: String,
    pub kind: Kind,
    pub count: usize,
    pub host: String,
    pub address: IpAddr,
    pub interface: String,
    pub cpu: Option<i64>,
    pub environment: Vec<(String, String)>,
    /// Where one process of several was asked for, how they share packets.
    pub method: Option<String>,
    pub processes: Option<String>,
    pub span: Span,
    pub keys: Keys,
}

/// The keys of a section that are known, with their values.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys(pub FxHashMap<&'static str, Entry>);

impl Keys {
    pub(super) fn text(&self, key: &str) -> &str {
        self.0.get(key).map_or("", |entry| entry.value.as_str())
    }

    /// The place of a key's value, or the section.
    fn span(&self, key: &str, section: Span) -> Span {
        self.0.get(key).map_or(section, |entry| entry.value_span)
    }
}

/// How many nodes of each type there were so far.
pub(super) type Counts = FxHashMap<&'static str, usize>;

/// What reading a section needs.
pub(super) struct Context<'a> {
    pub release: &'static Release,
    pub resolve: Resolve<'a>,
}

/// The known keys of a section; the others are ignored, as BroControl does, and told.
pub(super) fn keys(section: &Section, items: Vec<Entry>, release: &Release, found: &mut Vec<Diagnostic>) -> Keys {
    let mut keys = Keys::default();
    let is_of_release = |key: &str| match key {
        "brobase" => release.is_bro(),
        "zeekbase" => !release.is_bro(),
        "af_packet_fanout_id" | "af_packet_fanout_mode" | "af_packet_buffer_size" => release.af_packet,
        _ => true,
    };
    for entry in items {
        let name = entry.key.replace('.', "_");
        let known = KEYS.iter().find(|key| **key == name).filter(|key| is_of_release(key));
        if let Some(key) = known {
            keys.0.insert(key, entry);
            continue;
        }
        let message = format!("{} of {} is ignored: {} knows no such key", entry.key, section.name, release.program());
        let mut diagnostic = Diagnostic::warning(Code::UnknownKey, entry.key_span, message);
        if let Some(meant) = similar(&name, KEYS.iter().copied().filter(|key| is_of_release(key))) {
            diagnostic = diagnostic.fix(entry.key_span, meant, format!("did you mean {meant}?"));
        } else if let Some(advice) = advice(&name) {
            diagnostic = diagnostic.note(advice);
        }
        found.push(diagnostic);
    }
    keys
}

/// What to do instead, for keys that people expect to be there.
fn advice(key: &str) -> Option<&'static str> {
    match key {
        "ip" | "address" | "addr" => Some("the address of a node is its host"),
        "port" | "p" => Some("ports are given out in order, from BroPort or ZeekPort on"),
        "manager" | "logger" | "proxy" => Some("every node knows the manager; there is nothing to choose"),
        "workers" | "procs" => Some("the number of processes is lb_procs"),
        "cpu" | "cpus" | "cpu_list" => Some("processors are given by pin_cpus"),
        _ => None,
    }
}

/// The nodes that a section stands for; those of `lb_procs` in the order in which BroControl makes them, the first one
/// last. None where a mistake leaves open what they are.
pub(super) fn nodes(
    section: &Section,
    keys: &Keys,
    counts: &mut Counts,
    context: &Context<'_>,
    found: &mut Vec<Diagnostic>,
) -> Option<Vec<Draft>> {
    let errors = found.len();
    let kind = kind(section, keys, found);
    let address = address(section, keys, context, found);
    let environment = environment::parse(keys.text("env_vars")).unwrap_or_else(|message| {
        let message = format!("env_vars of {}: {message}", section.name);
        found.push(Diagnostic::error(Code::BadEnvironment, keys.span("env_vars", section.span), message));
        Vec::new()
    });
    check_name(section, found);
    let processes = balancing(section, keys, kind, context.release, found);
    let cpus = cpus(section, keys, found);
    without_effect(section, keys, kind, processes, &cpus, found);
    let has_errors = found.iter().skip(errors).any(|diagnostic| diagnostic.severity.is_error());
    // Counted all the same, so that later nodes of the type keep their numbers.
    let kind = kind?;
    let count = counts.entry(kind.name()).or_insert(0);
    let first = *count + 1;
    *count += usize::try_from(processes.unwrap_or(1)).unwrap_or(1).max(1);
    if has_errors {
        return None;
    }
    let draft = Draft {
        name: section.name.clone(),
        group: section.name.clone(),
        kind,
        count: first,
        host: keys.text("host").to_string(),
        address: address?,
        interface: keys.text("interface").to_string(),
        cpu: cpus.first().copied(),
        environment,
        method: None,
        processes: None,
        span: section.span,
        keys: keys.clone(),
    };
    let Some(processes) = processes else { return Some(vec![draft]) };
    Some(expanded(&draft, processes, &cpus))
}

fn kind(section: &Section, keys: &Keys, found: &mut Vec<Diagnostic>) -> Option<Kind> {
    let text = keys.text("type");
    if text.is_empty() {
        let message = format!("no type given for node {}", section.name);
        let mut diagnostic = Diagnostic::error(Code::MissingKey, section.span, message);
        let lower = section.name.to_lowercase();
        if let Some((_, name)) = Kind::ALL.iter().find(|(_, name)| lower.starts_with(name)) {
            let behind = Span::new(section.span.file, section.span.end + 1, section.span.end + 1);
            diagnostic = diagnostic.fix(behind, format!("\ntype={name}"), format!("by its name it is a {name}"));
        } else {
            diagnostic = diagnostic.note("types are logger, manager, proxy, worker, and standalone");
        }
        found.push(diagnostic);
        return None;
    }
    let kind = Kind::of(text);
    if kind.is_none() {
        let span = keys.span("type", section.span);
        let message = format!("unknown node type '{text}' given for node '{}'", section.name);
        let mut diagnostic = Diagnostic::error(Code::UnknownNodeType, span, message);
        if let Some(meant) = similar(text, Kind::ALL.iter().map(|(_, name)| *name)) {
            diagnostic = diagnostic.fix(span, meant, format!("did you mean {meant}?"));
        } else {
            diagnostic = diagnostic.note("types are logger, manager, proxy, worker, and standalone");
        }
        found.push(diagnostic);
    }
    kind
}

fn address(section: &Section, keys: &Keys, context: &Context<'_>, found: &mut Vec<Diagnostic>) -> Option<IpAddr> {
    let host = keys.text("host");
    if host.is_empty() {
        let message = format!("no host given for node '{}'", section.name);
        found.push(Diagnostic::error(Code::MissingKey, section.span, message).note("on this machine: host=localhost"));
        return None;
    }
    let failure = match (context.resolve)(host) {
        Ok(addresses) => match preferred(&addresses) {
            Some(address) => return Some(address),
            None => "it has no address".to_string(),
        },
        Err(reason) => reason,
    };
    let message = format!("hostname lookup failed for '{host}' of node {}: {failure}", section.name);
    found.push(Diagnostic::error(Code::HostNotFound, keys.span("host", section.span), message));
    None
}

/// A name stands in quotes in the layout, and is the name of a directory.
fn check_name(section: &Section, found: &mut Vec<Diagnostic>) {
    let is_unfit = |letter: char| letter.is_control() || matches!(letter, '"' | '\\' | '/');
    if let Some(letter) = section.name.chars().find(|letter| is_unfit(*letter)) {
        let message = format!("a node cannot have {letter:?} in its name");
        found.push(Diagnostic::error(Code::UnfitName, section.span, message));
    }
}

/// How many processes share the packets, if that is asked for.
fn balancing(
    section: &Section,
    keys: &Keys,
    kind: Option<Kind>,
    release: &Release,
    found: &mut Vec<Diagnostic>,
) -> Option<i64> {
    let name = &section.name;
    let (text, method) = (keys.text("lb_procs"), keys.text("lb_method"));
    let mut error = |key: &str, message: String| {
        found.push(Diagnostic::error(Code::LoadBalancing, keys.span(key, section.span), message));
    };
    if text.is_empty() {
        if !method.is_empty() {
            error("lb_method", format!("number of load-balanced processes (lb_procs) not specified for node '{name}'"));
        }
        return None;
    }
    if kind.is_some_and(|kind| kind != Kind::Worker) {
        error("lb_procs", format!("load balancing is only for workers, and '{name}' is none"));
        return None;
    }
    let Some(processes) = integer(text) else {
        error("lb_procs", format!("number of load-balanced processes must be an integer for node '{name}'"));
        return None;
    };
    if processes < 1 {
        error("lb_procs", format!("number of load-balanced processes must be greater than zero for node '{name}'"));
        return None;
    }
    if processes > MOST_PROCESSES {
        error(
            "lb_procs",
            format!("number of load-balanced processes must be at most {MOST_PROCESSES} for node '{name}'"),
        );
        return None;
    }
    if method.is_empty() {
        error("lb_procs", format!("no load balancing method (lb_method) given for node '{name}'"));
    } else if !METHODS.contains(&method) || (method == "af_packet" && !release.af_packet) {
        let span = keys.span("lb_method", section.span);
        let message = format!("unknown load balancing method '{method}' given for node '{name}'");
        let mut diagnostic = Diagnostic::error(Code::LoadBalancing, span, message);
        if method == "af_packet" {
            let advice = "ZeekControl knows it since Zeek 5.2; before, lb_method=custom and interface=af_packet::eth0";
            diagnostic = diagnostic.note(advice);
        } else if let Some(meant) = similar(method, METHODS.iter().copied()) {
            diagnostic = diagnostic.fix(span, meant, format!("did you mean {meant}?"));
        }
        found.push(diagnostic);
    } else if method == "interfaces" {
        let interfaces = keys.text("lb_interfaces");
        let count = i64::try_from(interfaces.split(',').count()).unwrap_or(i64::MAX);
        if interfaces.is_empty() {
            error("lb_method", format!("list of interfaces (lb_interfaces) not specified for node '{name}'"));
        } else if count != processes {
            error(
                "lb_interfaces",
                format!("'{name}' has {count} interfaces for {processes} processes; each needs one"),
            );
        }
    }
    Some(processes)
}

fn cpus(section: &Section, keys: &Keys, found: &mut Vec<Diagnostic>) -> Vec<i64> {
    let text = keys.text("pin_cpus");
    if text.is_empty() {
        return Vec::new();
    }
    let cpus: Option<Vec<i64>> = text.split(',').map(|cpu| integer(cpu).filter(|cpu| *cpu >= 0)).collect();
    cpus.unwrap_or_else(|| {
        let message = format!("pin_cpus of '{}' must be a list of numbers that are not negative: 0,1,2", section.name);
        let mut diagnostic = Diagnostic::error(Code::BadCpuList, keys.span("pin_cpus", section.span), message);
        if text.contains('-') {
            diagnostic = diagnostic.note("there are no ranges; every processor is named");
        }
        found.push(diagnostic);
        Vec::new()
    })
}

/// Keys that are there in vain, of which BroControl says nothing.
fn without_effect(
    section: &Section,
    keys: &Keys,
    kind: Option<Kind>,
    processes: Option<i64>,
    cpus: &[i64],
    found: &mut Vec<Diagnostic>,
) {
    let mut warn = |key: &str, message: String| {
        if keys.0.contains_key(key) {
            found.push(Diagnostic::warning(Code::KeyWithoutEffect, keys.span(key, section.span), message));
        }
    };
    let name = &section.name;
    if keys.text("lb_method") != "interfaces" {
        warn("lb_interfaces", format!("lb_interfaces of {name} have no effect without lb_method=interfaces"));
    } else if processes.is_some() {
        warn("interface", format!("interface of {name} has no effect: lb_interfaces names those of each process"));
    }
    warn("count", format!("count of {name} has no effect: nodes are numbered by their order"));
    let wanted = processes.unwrap_or(1);
    if i64::try_from(cpus.len()).is_ok_and(|given| given > wanted) {
        let message = format!("{name} has {wanted} processes for {} processors; the last ones stay free", cpus.len());
        warn("pin_cpus", if wanted == 1 { message.replace("1 processes", "one process") } else { message });
    }
    let captures = !keys.text("interface").is_empty() || keys.text("lb_method") == "interfaces";
    if matches!(kind, Some(Kind::Worker | Kind::Standalone)) && !captures {
        let message = format!("{name} has no interface, and captures nothing");
        found.push(Diagnostic::warning(Code::NoInterface, section.span, message));
    }
}

/// One draft for each process. BroControl hands out interfaces from the end of the list, processors from its
/// beginning.
fn expanded(draft: &Draft, processes: i64, cpus: &[i64]) -> Vec<Draft> {
    let method = draft.keys.text("lb_method").to_string();
    let mut interfaces: Vec<&str> = match method.as_str() {
        "interfaces" => draft.keys.text("lb_interfaces").split(',').collect(),
        _ => Vec::new(),
    };
    let mut cpus = cpus.iter().cycle();
    let mut drafts: Vec<Draft> = (1..=usize::try_from(processes).unwrap_or(1))
        .map(|number| {
            let interface = interfaces.pop().map(|interface| interface.trim().to_string());
            Draft {
                name: format!("{}-{number}", draft.name),
                count: draft.count + number - 1,
                interface: interface.unwrap_or_else(|| draft.interface.clone()),
                cpu: cpus.next().copied(),
                method: Some(method.clone()),
                processes: Some(draft.keys.text("lb_procs").to_string()),
                ..draft.clone()
            }
        })
        .collect();
    drafts.rotate_left(1);
    drafts
}
