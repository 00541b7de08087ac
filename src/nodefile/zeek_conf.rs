//! `zeek.conf`, which Zeek's generator for systemd reads: how many nodes of each type run on this machine.
//!
//! The nodes are those of the layout that `zeek-cluster-layout-generator` writes: the manager, loggers, proxies, then
//! workers, which have no port. Clusters of several machines have a file for each; those are told, not read.

use std::net::IpAddr;

use super::conf_lines::{self, Part};
use super::cpu_list;
use super::ini::Entry;
use super::model::{Cluster, Listeners, Member, Origin, Resolve, place, preferred};
use super::python::integer;
use crate::cluster::layout::NodePort;
use crate::cluster::places::Places;
use crate::cluster::{Node, Role};
use crate::diag::{Code, Diagnostic, similar};
use crate::source::{FileId, Span};
use crate::value::Address;

/// What a key's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Count,
    Port,
    Truth,
    Nice,
    Memory,
    Cpus,
    Numa,
    Pairs,
    Text,
}

use Kind::{Count, Cpus, Memory, Nice, Numa, Pairs, Port, Text, Truth};

/// Keys of the whole.
const KEYS: &[(&str, Kind)] = &[
    ("manager", Truth),
    ("loggers", Count),
    ("proxies", Count),
    ("port", Port),
    ("cluster_port", Port),
    ("address", Text),
    ("cluster_address", Text),
    ("metrics_port", Port),
    ("metrics_address", Text),
    ("args", Text),
    ("manager_args", Text),
    ("logger_args", Text),
    ("proxy_args", Text),
    ("archiver", Text),
    ("archiver_args", Text),
    ("archiver_dir", Text),
    ("env", Pairs),
    ("manager_env", Pairs),
    ("logger_env", Pairs),
    ("proxy_env", Pairs),
    ("archiver_env", Pairs),
    ("user", Text),
    ("group", Text),
    ("base_dir", Text),
    ("path", Text),
    ("ext_path", Text),
    ("ext_zeek_path", Text),
    ("cluster_backend_args", Text),
    ("cluster_layout", Text),
    ("cluster_node_prefix", Text),
    ("manager_nice", Nice),
    ("logger_nice", Nice),
    ("proxy_nice", Nice),
    ("archiver_nice", Nice),
    ("manager_memory_max", Memory),
    ("logger_memory_max", Memory),
    ("proxy_memory_max", Memory),
    ("archiver_memory_max", Memory),
    ("manager_cpu_set", Cpus),
    ("logger_cpu_set", Cpus),
    ("proxy_cpu_set", Cpus),
    ("archiver_cpu_set", Cpus),
    ("restart_interval_sec", Count),
];

/// Keys of an interface and its workers.
const WORKER_KEYS: &[(&str, Kind)] = &[
    ("interface", Text),
    ("workers", Count),
    ("workers_cpu_list", Cpus),
    ("worker_args", Text),
    ("worker_env", Pairs),
    ("workers_numa_policy", Numa),
    ("worker_numa_policy", Numa),
    ("worker_nice", Nice),
    ("worker_memory_max", Memory),
];

/// Keys that are carried into the nodes themselves.
const CARRIED: &[&str] = &[
    "manager",
    "loggers",
    "proxies",
    "port",
    "cluster_port",
    "address",
    "cluster_address",
    "metrics_port",
    "metrics_address",
    "interface",
    "workers",
    "workers_cpu_list",
    "worker_env",
    "env",
    "manager_env",
    "logger_env",
    "proxy_env",
];

/// More nodes than a machine runs, and few enough to list.
const MOST_NODES: i64 = 10_000;

/// Values that were checked, by key.
#[derive(Default)]
struct Values<'a>(Vec<(&'static str, &'a Entry)>);

impl<'a> Values<'a> {
    fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.0.iter().rev().find(|(known, _)| *known == key).map(|(_, entry)| *entry)
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.entry(key).map(|entry| entry.value.as_str()).filter(|value| !value.is_empty())
    }

    fn number(&self, key: &str) -> Option<i64> {
        self.entry(key).and_then(|entry| integer(&entry.value))
    }

    fn pairs(&self, key: &str) -> Vec<(String, String)> {
        let lines = self.text(key).unwrap_or_default().lines();
        let pairs = lines.filter_map(|line| line.split_once('='));
        pairs.map(|(name, value)| (name.trim().to_string(), value.trim().to_string())).collect()
    }
}

/// Reads a file; what is wrong is added to `found`. None where errors leave open what the nodes are.
pub fn read(file: FileId, text: &str, resolve: Resolve<'_>, found: &mut Vec<Diagnostic>) -> Option<Cluster> {
    let errors = |found: &[Diagnostic]| found.iter().filter(|diagnostic| diagnostic.severity.is_error()).count();
    let before = errors(found);
    let parts = conf_lines::parse(file, text, found);
    let mut whole = Values::default();
    let mut interfaces: Vec<(Option<String>, Span, Values<'_>)> = Vec::new();
    let start = Span::new(file, 0, 0);
    for part in &parts {
        sort_in(part, parts.len() == 1, start, &mut whole, &mut interfaces, found);
    }
    if let (Some(Part { name: None, entries }), true) = (parts.first(), parts.len() > 1)
        && let Some(entry) = entries.first()
    {
        let message = "keys before the first section: they belong below [zeek]";
        let mut diagnostic = Diagnostic::error(Code::NodeFileSyntax, entry.key_span, message);
        let at = Span { end: entry.key_span.start, ..entry.key_span };
        diagnostic = diagnostic.fix(at, "[zeek]\n", "begin with the section");
        found.push(diagnostic);
    }
    let mut builder = Builder::new(&whole, start, resolve, found)?;
    for (tag, span, values) in &interfaces {
        builder.workers(tag.as_deref(), *span, values);
    }
    let cluster = builder.cluster(&whole, &interfaces);
    if errors(found) > before { None } else { Some(cluster) }
}

/// Sorts the keys of a part into those of the whole and those of an interface.
fn sort_in<'a>(
    part: &'a Part,
    is_only: bool,
    start: Span,
    whole: &mut Values<'a>,
    interfaces: &mut Vec<(Option<String>, Span, Values<'a>)>,
    found: &mut Vec<Diagnostic>,
) {
    let is_interface = part.name.as_ref().map_or(is_only, |(name, _)| name != "zeek");
    let (tables, tag, span): (&[_], _, _) = match &part.name {
        None => (&[KEYS, WORKER_KEYS], None, start),
        Some((name, _)) if name == "zeek" => (&[KEYS], None, start),
        Some((name, span)) => match name.strip_prefix("interface ").filter(|tag| is_tag(tag)) {
            Some(tag) => (&[WORKER_KEYS], Some(tag.to_string()), *span),
            None => {
                let message = format!("[{name}] is neither [zeek] nor [interface TAG]");
                let advice = "a tag is made of small letters, digits, - and _";
                found.push(Diagnostic::error(Code::NodeFileSyntax, *span, message).note(advice));
                return;
            }
        },
    };
    let mut values = Values::default();
    for entry in &part.entries {
        let known = tables.iter().flat_map(|table| table.iter()).find(|(key, _)| *key == entry.key);
        let Some((key, kind)) = known else {
            found.push(unknown(entry, tables, tag.is_some()));
            continue;
        };
        if let Some(message) = mistake(&entry.value, *kind) {
            let message = format!("{key} is {message}, not '{}'", entry.value.replace('\n', " "));
            found.push(Diagnostic::error(Code::BadValue, entry.value_span, message));
        }
        let is_of_worker = WORKER_KEYS.iter().any(|(worker, _)| worker == key);
        if is_of_worker { values.0.push((key, entry)) } else { whole.0.push((key, entry)) }
    }
    if is_interface {
        interfaces.push((tag, span, values));
    }
}

fn is_tag(tag: &str) -> bool {
    !tag.is_empty()
        && tag.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

fn unknown(entry: &Entry, tables: &[&[(&'static str, Kind)]], of_interface: bool) -> Diagnostic {
    let message = format!("{} is ignored: zeek.conf knows no such key", entry.key);
    let diagnostic = Diagnostic::warning(Code::UnknownKey, entry.key_span, message);
    if of_interface && KEYS.iter().any(|(key, _)| *key == entry.key) {
        return diagnostic.note("this one belongs below [zeek]");
    }
    match similar(&entry.key, tables.iter().flat_map(|table| table.iter()).map(|(key, _)| *key)) {
        Some(meant) => diagnostic.fix(entry.key_span, meant, format!("did you mean {meant}?")),
        None => diagnostic,
    }
}

/// What a value should be, where it is not.
fn mistake(value: &str, kind: Kind) -> Option<&'static str> {
    let is_fine = match kind {
        Count => integer(value).is_some_and(|number| (0..=MOST_NODES).contains(&number)),
        Port => integer(value).is_some_and(|number| (1..=i64::from(u16::MAX)).contains(&number)),
        Truth => matches!(value, "0" | "1"),
        Nice => value.is_empty() || integer(value).is_some_and(|number| (-20..=19).contains(&number)),
        Memory => {
            let digits = value.strip_suffix(['K', 'M', 'G', 'T']).unwrap_or(value);
            digits.bytes().all(|byte| byte.is_ascii_digit())
        }
        Cpus => cpu_list::parse(value).is_some(),
        Numa => matches!(value, "local" | "default"),
        Pairs => value.lines().all(|line| line.split_once('=').is_some_and(|(name, _)| !name.trim().is_empty())),
        Text => true,
    };
    if is_fine {
        return None;
    }
    Some(match kind {
        Count => "a number from 0 to 10000",
        Port => "a port from 1 to 65535",
        Truth => "0 or 1",
        Nice => "a number from -20 to 19",
        Memory => "a number of bytes, with K, M, G or T behind it",
        Cpus => "a list of processors such as 0,2,4-7 or 0-8:2",
        Numa => "local or default",
        Pairs => "a list of NAME=value, one a line",
        Text => "a text",
    })
}

/// Makes the nodes.
struct Builder<'a> {
    start: Span,
    address: IpAddr,
    port: i64,
    metrics: i64,
    /// Where the address and the ports are said, by their names in a layout.
    keys: Vec<(&'static str, &'a Entry)>,
    /// Variables of all nodes.
    environment: Vec<(String, String)>,
    members: Vec<Member>,
    places: Places,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    /// With the nodes that are no workers.
    fn new(
        whole: &Values<'a>,
        start: Span,
        resolve: Resolve<'_>,
        found: &'a mut Vec<Diagnostic>,
    ) -> Option<Builder<'a>> {
        let address = whole.entry("cluster_address").or_else(|| whole.entry("address"));
        let host = address.map_or("127.0.0.1", |entry| entry.value.as_str());
        let host = host.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')).unwrap_or(host);
        let found_address = match host.parse() {
            Ok(address) => Ok(address),
            Err(_) => resolve(host).and_then(|all| preferred(&all).ok_or_else(|| "it has no address".into())),
        };
        let ip = match found_address {
            Ok(ip) => ip,
            Err(reason) => {
                let span = address.map_or(start, |entry| entry.value_span);
                let message = format!("hostname lookup failed for '{host}': {reason}");
                found.push(Diagnostic::error(Code::HostNotFound, span, message));
                return None;
            }
        };
        // What is no port was told already.
        let port_of = |key: &str| whole.number(key).filter(|port| (1..=i64::from(u16::MAX)).contains(port));
        let port = port_of("cluster_port").or_else(|| port_of("port")).unwrap_or(27760);
        let port_entry = whole.entry("cluster_port").or_else(|| whole.entry("port"));
        let metrics = port_of("metrics_port").unwrap_or(9991);
        let mut builder = Builder {
            start,
            address: ip,
            port,
            metrics,
            keys: [("ip", address), ("p", port_entry), ("metrics_port", whole.entry("metrics_port"))]
                .into_iter()
                .filter_map(|(field, entry)| Some((field, entry?)))
                .collect(),
            environment: whole.pairs("env"),
            members: Vec::new(),
            places: Places::default(),
            found,
        };
        let span = |key: &str| whole.entry(key).map_or(start, |entry| entry.key_span);
        let environment = |key: &str| [whole.pairs("env"), whole.pairs(key)].concat();
        let pairs =
            |key: &str| Vec::from_iter(whole.entry(key).or(whole.entry("env")).map(|entry| ("env_vars", entry)));
        if whole.number("manager") == Some(0) {
            let message =
                "the manager is on another machine: one zeek.conf of a cluster of several does not say enough";
            builder.found.push(Diagnostic::error(Code::NoManager, span("manager"), message));
        }
        let manager = builder.node(
            "manager".into(),
            Role::Manager,
            span("manager"),
            environment("manager_env"),
            &pairs("manager_env"),
        );
        builder.members.push(manager);
        let kinds = [("logger", "loggers", Role::Logger), ("proxy", "proxies", Role::Proxy)];
        for (name, key, role) in kinds {
            let span = span(key);
            for number in 1..=whole.number(key).unwrap_or(1).min(MOST_NODES) {
                let key = format!("{name}_env");
                let member = builder.node(format!("{name}-{number}"), role, span, environment(&key), &pairs(&key));
                builder.members.push(member);
            }
        }
        Some(builder)
    }

    fn node(
        &mut self,
        name: String,
        role: Role,
        span: Span,
        environment: Vec<(String, String)>,
        keys: &[(&'static str, &Entry)],
    ) -> Member {
        let mut node = Node::new(name.as_str(), role, Address(self.address));
        // Nobody dials workers.
        if role != Role::Worker {
            node.port = NodePort::tcp(self.in_range(self.port, "ports"));
            self.port += 1;
        }
        if role != Role::Manager {
            node.manager = Some("manager".into());
        }
        node.metrics_port = Some(NodePort::tcp(self.in_range(self.metrics, "ports for metrics")));
        self.metrics += 1;
        let common = self.keys.iter().copied();
        let fields = keys.iter().copied().chain(common).map(|(key, entry)| (key, entry.key_span, entry.value_span));
        self.places.insert(&name, place(span, fields));
        Member { environment, ..Member::of_node(&node) }
    }

    fn in_range(&mut self, port: i64, what: &str) -> u16 {
        let number = u16::try_from(port).unwrap_or(0);
        let is_told = self.found.iter().any(|diagnostic| diagnostic.code == Code::PortRange);
        if number == 0 && !is_told {
            let message = format!("the {what} of the nodes go beyond 65535");
            self.found.push(Diagnostic::error(Code::PortRange, self.start, message));
        }
        number
    }

    fn workers(&mut self, tag: Option<&str>, span: Span, values: &Values<'_>) {
        let interface = values.text("interface").unwrap_or_default();
        let span = values.entry("workers").map_or(span, |entry| entry.key_span);
        let place = values.entry("interface").map_or(span, |entry| entry.value_span);
        let workers = match (values.number("workers"), tag) {
            (Some(workers), _) => workers.min(MOST_NODES),
            (None, Some(tag)) => {
                let message = format!("[interface {tag}] does not say how many workers there are");
                self.found.push(Diagnostic::error(Code::MissingKey, span, message));
                return;
            }
            (None, None) => i64::from(!interface.is_empty()),
        };
        if interface.is_empty() {
            let what = tag.map_or_else(|| "zeek.conf".to_string(), |tag| format!("[interface {tag}]"));
            let message = format!("{what} names no interface, so that nothing is run");
            self.found.push(Diagnostic::warning(Code::NoInterface, place, message));
        }
        let cpus = cpu_list::parse(values.text("workers_cpu_list").unwrap_or_default()).unwrap_or_default();
        let environment = [self.environment.clone(), values.pairs("worker_env")].concat();
        let known = [("interface", "interface"), ("pin_cpus", "workers_cpu_list"), ("env_vars", "worker_env")];
        let keys: Vec<_> = known.iter().filter_map(|(field, key)| Some((*field, values.entry(key)?))).collect();
        let mut cpus = cpus.iter().cycle();
        for number in 1..=workers {
            let cpu = cpus.next().copied();
            let name = tag.map_or_else(|| format!("worker-{number}"), |tag| format!("worker-{tag}-{number}"));
            let interface = match filled_in(interface, number, cpu) {
                Ok(interface) => interface,
                Err(message) => {
                    self.found.push(Diagnostic::error(Code::BadValue, place, message));
                    return;
                }
            };
            let member = self.node(name, Role::Worker, span, environment.clone(), &keys);
            let group = tag.map_or_else(|| "worker".to_string(), |tag| format!("worker-{tag}"));
            self.members.push(Member { group, interface, cpu, ..member });
        }
    }

    fn cluster(self, whole: &Values<'_>, interfaces: &[(Option<String>, Span, Values<'_>)]) -> Cluster {
        let all = whole.0.iter().chain(interfaces.iter().flat_map(|(_, _, values)| &values.0));
        let others = all.filter(|(key, _)| !CARRIED.contains(key));
        let metrics_address = whole.text("metrics_address").unwrap_or("127.0.0.1").to_string();
        Cluster {
            manager_is_logger: self.members.iter().all(|member| member.node.role != Role::Logger),
            members: self.members,
            standalone: false,
            origin: Origin::ZeekConf,
            places: self.places,
            file: self.start,
            listeners: Listeners { metrics_address: Some(metrics_address), web_socket: None },
            others: others.map(|(key, entry)| (*key, entry.value.clone(), entry.key_span)).collect(),
        }
    }
}

/// An interface with its variables replaced; `\${` stands for `${` itself.
fn filled_in(interface: &str, number: i64, cpu: Option<i64>) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = interface;
    while let Some((before, after)) = rest.split_once("${") {
        if let Some(before) = before.strip_suffix('\\') {
            out.push_str(before);
            out.push_str("${");
            rest = after;
            continue;
        }
        out.push_str(before);
        let (name, tail) = after.split_once('}').ok_or("the interface has a ${ without its }")?;
        match name {
            "worker_index" => out.push_str(&number.to_string()),
            "worker_index0" => out.push_str(&(number - 1).to_string()),
            "worker_cpu" => out.push_str(&cpu.map_or_else(String::new, |cpu| cpu.to_string())),
            _ => {
                return Err(format!(
                    "${{{name}}} stands for nothing; there are worker_index, worker_index0 and worker_cpu"
                ));
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}
