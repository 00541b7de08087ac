//! `node.cfg` as BroControl and ZeekControl read it: sections, checks of the whole, and the nodes of the layout in
//! their order with their ports.
//!
//! Both programs stop at the first mistake; here all are told. That the manager must be on the machine on which they
//! run is not asked: a file may be checked anywhere.

use std::collections::HashMap;
use std::net::IpAddr;

use super::balance;
use super::environment::set_default;
use super::ini;
use super::model::{Cluster, Listeners, Member, OTHERS, Origin, Resolve, place, preferred};
use super::release::Release;
use super::section::{Context, Counts, Draft, Kind, keys, nodes};
use super::settings::Settings;
use crate::cluster::layout::NodePort;
use crate::cluster::places::Places;
use crate::cluster::{Node, Role};
use crate::diag::{Code, Diagnostic};
use crate::source::{FileId, Span};
use crate::value::Address;

/// What a `node.cfg` is read with.
pub struct Reading<'a> {
    pub release: &'static Release,
    pub settings: &'a Settings,
    /// The first port, if it was asked for; otherwise the settings say it, or the release.
    pub port: Option<u16>,
    pub resolve: Resolve<'a>,
}

/// Reads a file; what is wrong is added to `found`. None where errors leave open what the nodes are.
pub fn read(file: FileId, text: &str, reading: &Reading<'_>, found: &mut Vec<Diagnostic>) -> Option<Cluster> {
    let errors = |found: &[Diagnostic]| found.iter().filter(|diagnostic| diagnostic.severity.is_error()).count();
    let before = errors(found);
    let ini = ini::parse(file, text, found);
    let context = Context { release: reading.release, resolve: reading.resolve };
    let mut counts = Counts::default();
    let mut drafts: Vec<Draft> = Vec::new();
    let mut is_whole = true;
    for section in &ini.sections {
        let items = ini.items(section, found);
        let keys = keys(section, items, reading.release, found);
        match nodes(section, &keys, &mut counts, &context, found) {
            Some(more) => drafts.extend(more),
            None => is_whole = false,
        }
    }
    let whole = Span::new(file, 0, 0);
    check_names(&drafts, reading.settings, found);
    check_together(&drafts, is_whole, whole, found);
    if errors(found) > before {
        return None;
    }
    drafts.sort_by_key(|draft| (draft.kind, draft.count));
    for draft in &mut drafts {
        for (name, value) in &reading.settings.environment {
            set_default(&mut draft.environment, name, value.clone());
        }
    }
    balance::apply(&mut drafts, reading.release, reading.settings, found);
    let cluster = Assembly { reading, whole, places: Places::default(), found }.assemble(&drafts);
    if errors(found) > before { None } else { cluster }
}

/// No two nodes have the same name, whatever the case of its letters: it is a directory's name too.
fn check_names(drafts: &[Draft], settings: &Settings, found: &mut Vec<Diagnostic>) {
    let mut known: HashMap<String, &Draft> = HashMap::new();
    let is_standalone = drafts.iter().any(|draft| draft.kind == Kind::Standalone);
    let has_time_machine = settings.text("timemachinehost").is_some();
    for draft in drafts {
        if let Some(first) = known.get(&draft.name.to_lowercase()) {
            let message = format!("node name \"{}\" is a duplicate of \"{}\"", draft.name, first.name);
            let what = if first.processes.is_some() { "lb_procs makes this one" } else { "the first one" };
            found.push(Diagnostic::error(Code::ClashingName, draft.span, message).related(first.span, what));
            continue;
        }
        known.insert(draft.name.to_lowercase(), draft);
        let is_made = draft.name == "control" || (draft.name == "time-machine" && has_time_machine);
        if is_made && !is_standalone {
            let message = format!("the layout has a node {} of its own", draft.name);
            found.push(Diagnostic::error(Code::ClashingName, draft.span, message).note("give this one another name"));
        }
    }
}

/// Whether the nodes make a cluster, or one node that stands alone. Where some are not known, they may be those that
/// are missing.
fn check_together(drafts: &[Draft], is_whole: bool, whole: Span, found: &mut Vec<Diagnostic>) {
    let of = |kind: Kind| drafts.iter().filter(move |draft| draft.kind == kind);
    if drafts.is_empty() {
        if is_whole && found.iter().all(|diagnostic| !diagnostic.severity.is_error()) {
            found.push(Diagnostic::error(Code::EmptyLayout, whole, "no nodes found in node config"));
        }
        return;
    }
    for other in of(Kind::Manager).skip(1) {
        let first = of(Kind::Manager).next().map_or(other.span, |first| first.span);
        let message = "only one manager can be defined in node config";
        found.push(Diagnostic::error(Code::SeveralManagers, other.span, message).related(first, "the first one"));
    }
    if let Some(alone) = of(Kind::Standalone).next() {
        if let Some(other) = drafts.iter().find(|draft| draft.span != alone.span) {
            let message = format!("{} stands alone, but there are other nodes", alone.name);
            found.push(
                Diagnostic::error(Code::StandaloneWithOthers, alone.span, message)
                    .related(other.span, "another node")
                    .note("in a cluster there is one node of type=manager instead"),
            );
        }
        return;
    }
    if is_whole && of(Kind::Manager).next().is_none() {
        found.push(Diagnostic::error(Code::NoManager, whole, "no manager defined in node config"));
    } else if is_whole && of(Kind::Proxy).next().is_none() {
        let message = "no proxy defined in node config";
        found.push(Diagnostic::error(Code::NoProxy, whole, message).note("one is enough: [proxy-1] with type=proxy"));
    }
    let is_local = |address: IpAddr| matches!(address.to_string().as_str(), "127.0.0.1" | "::1");
    let Some(manager) = of(Kind::Manager).find(|manager| is_local(manager.address)) else { return };
    let mut remote = drafts.iter().filter(|draft| draft.kind != Kind::Manager && !is_local(draft.address));
    if let Some(node) = remote.next() {
        let message =
            format!("all nodes must use localhost when the manager does, but {} is at {}", node.name, node.host);
        let place = node.keys.0.get("host").map_or(node.span, |entry| entry.value_span);
        let related = manager.keys.0.get("host").map_or(manager.span, |entry| entry.value_span);
        found.push(
            Diagnostic::error(Code::MixedLoopback, place, message)
                .related(related, "other machines cannot reach the manager here"),
        );
    }
}

/// Makes the nodes of a layout of drafts that are right.
struct Assembly<'a, 'b> {
    reading: &'a Reading<'a>,
    whole: Span,
    places: Places,
    found: &'b mut Vec<Diagnostic>,
}

/// Ports are given out one after the other.
struct Ports {
    first: i64,
    next: i64,
    span: Option<Span>,
}

impl Ports {
    fn new(first: i64, span: Option<Span>) -> Ports {
        Ports { first, next: first, span }
    }

    fn take(&mut self) -> i64 {
        let port = self.next;
        self.next = self.next.saturating_add(1);
        port
    }
}

impl Assembly<'_, '_> {
    fn assemble(mut self, drafts: &[Draft]) -> Option<Cluster> {
        let release = self.reading.release;
        let settings = self.reading.settings;
        let port = match self.reading.port {
            Some(port) => Some((i64::from(port), None)),
            None => settings.port(release, self.found).map(|(port, span)| (port, Some(span))),
        };
        let (first, span) = port.unwrap_or((i64::from(release.port), None));
        let has_broker = settings.text("clusterbackend").is_some_and(|name| !name.eq_ignore_ascii_case("zeromq"));
        let reserved = if has_broker { 0 } else { release.reserved() };
        let mut ports = Ports::new(first.saturating_add(reserved), span);
        let metrics = release.metrics_port.map(i64::from);
        let wanted = settings.number("metricsport").filter(|_| metrics.is_some()).or(metrics);
        let span = settings.get("metricsport").map(|setting| setting.span);
        let mut metrics = wanted.filter(|port| *port != 0).map(|first| Ports::new(first, span));

        let standalone = drafts.iter().any(|draft| draft.kind == Kind::Standalone);
        let mut members = Vec::new();
        if standalone {
            members.extend(drafts.first().map(|draft| self.member(draft, &mut ports, metrics.as_mut(), "")));
        } else {
            let manager = drafts.iter().find(|draft| draft.kind == Kind::Manager)?;
            members.push(self.control(manager, &mut ports));
            let order: &[Kind] = if release.manager_first {
                &[Kind::Manager, Kind::Logger, Kind::Proxy, Kind::Worker]
            } else {
                &[Kind::Logger, Kind::Manager, Kind::Proxy, Kind::Worker]
            };
            for kind in order {
                for draft in drafts.iter().filter(|draft| draft.kind == *kind) {
                    members.push(self.member(draft, &mut ports, metrics.as_mut(), &manager.name));
                }
            }
            members.extend(self.time_machine());
        }
        self.check_range(&ports, "ports");
        if let Some(metrics) = &metrics {
            self.check_range(metrics, "ports for metrics");
        }
        Some(Cluster {
            members,
            manager_is_logger: drafts.iter().all(|draft| draft.kind != Kind::Logger),
            standalone,
            origin: Origin::NodeCfg,
            places: self.places,
            file: self.whole,
            listeners: Listeners { metrics_address: None, web_socket: web_socket(release, settings) },
            others: Vec::new(),
        })
    }

    fn check_range(&mut self, ports: &Ports, what: &str) {
        let last = ports.next - 1;
        if ports.first >= 1 && last <= i64::from(u16::MAX) {
            return;
        }
        let message = format!("the {what} of the nodes are {} to {last}, but ports are 1 to 65535", ports.first);
        self.found.push(Diagnostic::error(Code::PortRange, ports.span.unwrap_or(self.whole), message));
    }

    /// A port that is in range, or 0: then it is told afterwards.
    fn port(ports: &mut Ports) -> NodePort {
        NodePort::tcp(u16::try_from(ports.take()).unwrap_or(0))
    }

    /// The node that commands come from, which is the manager's machine.
    fn control(&mut self, manager: &Draft, ports: &mut Ports) -> Member {
        let mut node = Node::new("control", Role::Control, Address(manager.address));
        node.port = Self::port(ports);
        let mut member = Member::of_node(&node);
        member.host.clone_from(&manager.host);
        self.note("control", manager, ports.span);
        member
    }

    fn member(&mut self, draft: &Draft, ports: &mut Ports, metrics: Option<&mut Ports>, manager: &str) -> Member {
        let role = match draft.kind {
            Kind::Standalone => Role::None,
            Kind::Logger => Role::Logger,
            Kind::Manager => Role::Manager,
            Kind::Proxy => Role::Proxy,
            Kind::Worker => Role::Worker,
        };
        let mut node = Node::new(&draft.name, role, Address(draft.address));
        node.port = Self::port(ports);
        node.metrics_port = metrics.map(Self::port);
        if matches!(role, Role::Proxy | Role::Worker) {
            node.manager = Some(manager.to_string());
        }
        if role == Role::Worker && self.reading.release.has_interface {
            node.interface = Some(draft.interface.clone());
        }
        self.note(&draft.name, draft, ports.span);
        let others = OTHERS.iter().filter_map(|key| Some((*key, draft.keys.0.get(key)?.value.clone())));
        Member {
            node,
            host: draft.host.clone(),
            group: draft.group.clone(),
            interface: draft.interface.clone(),
            cpu: draft.cpu,
            environment: draft.environment.clone(),
            scripts: draft.keys.text("aux_scripts").to_string(),
            zone: draft.keys.text("zone_id").to_string(),
            method: draft.method.clone(),
            others: others.collect(),
        }
    }

    /// The places of a node by the names that layouts have for them, and by its own keys.
    fn note(&mut self, name: &str, draft: &Draft, port: Option<Span>) {
        let same = |key: &&'static str, span: Span| match *key {
            "type" => ("node_type", span),
            "host" => ("ip", span),
            other => (other, span),
        };
        let keys = draft.keys.0.iter().map(|(key, entry)| {
            let (field, span) = same(key, entry.key_span);
            (field, span, entry.value_span)
        });
        let port = port.map(|span| ("p", span, span));
        let settings = self.reading.settings.get("env_vars").filter(|_| !draft.keys.0.contains_key("env_vars"));
        let environment = settings.map(|setting| ("env_vars", setting.span, setting.span));
        self.places.insert(name, place(draft.span, keys.chain(port).chain(environment)));
    }

    fn time_machine(&mut self) -> Option<Member> {
        let settings = self.reading.settings;
        let host = settings.get("timemachinehost").filter(|setting| !setting.value.is_empty())?;
        let address = (self.reading.resolve)(&host.value).ok().and_then(|addresses| preferred(&addresses));
        let Some(address) = address else {
            let message = format!("hostname lookup failed for '{}'", host.value);
            self.found.push(Diagnostic::error(Code::HostNotFound, host.span, message));
            return None;
        };
        let text = settings.text("timemachineport").unwrap_or("47757/tcp");
        let number = text.strip_suffix("/tcp").unwrap_or(text).parse::<u16>().ok().filter(|number| *number > 0);
        let Some(number) = number else {
            let span = settings.get("timemachineport").map_or(host.span, |setting| setting.span);
            let message = format!("{text} is no port: TimeMachinePort is written as scripts have it, 47757/tcp");
            self.found.push(Diagnostic::error(Code::ControlSetting, span, message));
            return None;
        };
        let mut node = Node::new("time-machine", Role::TimeMachine, Address(address));
        node.port = NodePort::tcp(number);
        self.places.insert("time-machine", place(host.span, [("ip", host.span, host.span)]));
        Some(Member { host: host.value.clone(), ..Member::of_node(&node) })
    }
}

/// Where the manager listens for clients; ZeekControl is one itself.
fn web_socket(release: &Release, settings: &Settings) -> Option<(String, i64)> {
    let listens = settings.truth("usewebsocket").or(release.web_socket)?;
    if !listens || release.web_socket.is_none() {
        return None;
    }
    let address = settings.text("websockethost").unwrap_or("127.0.0.1");
    Some((address.to_string(), settings.number("websocketport").unwrap_or(27759)))
}
