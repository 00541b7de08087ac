//! A cluster as node files know it: the nodes of a layout, with what a layout has no place for.

use std::net::IpAddr;

use crate::cluster::places::{NodePlace, Places};
use crate::cluster::{Layout, Node, Role};
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// Keys of `node.cfg` that nothing but BroControl and its plugins has a use for.
pub(super) const OTHERS: &[&str] = &[
    "ether",
    "brobase",
    "zeekbase",
    "af_packet_fanout_id",
    "af_packet_fanout_mode",
    "af_packet_buffer_size",
    "test_mykey",
];

/// A node.
#[derive(Clone, Debug)]
pub struct Member {
    /// What a layout says of it.
    pub node: Node,
    /// Its host as it was written: a name or an address.
    pub host: String,
    /// What the file calls the node, or the group of nodes that it is one of.
    pub group: String,
    /// What it captures from, also where a layout does not say so.
    pub interface: String,
    /// The processor it is bound to.
    pub cpu: Option<i64>,
    pub environment: Vec<(String, String)>,
    /// Scripts that this node alone loads.
    pub scripts: String,
    /// The zone of its link-local address.
    pub zone: String,
    /// How packets are shared among the nodes of its group.
    pub method: Option<String>,
    /// Further settings, each of [`OTHERS`], with its value.
    pub others: Vec<(&'static str, String)>,
}

impl Member {
    /// A node of which no more is known than what a layout says.
    pub fn of_node(node: &Node) -> Member {
        Member {
            node: node.clone(),
            host: node.ip.0.to_string(),
            group: node.name.clone(),
            interface: node.interface.clone().unwrap_or_default(),
            cpu: None,
            environment: Vec::new(),
            scripts: String::new(),
            zone: node.zone_id.clone(),
            method: None,
            others: Vec::new(),
        }
    }
}

/// Where a cluster was read from, as far as it matters for what is made of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    NodeCfg,
    ZeekConf,
    Layout,
}

impl Origin {
    /// In words, with an article.
    pub fn text(self) -> &'static str {
        match self {
            Origin::NodeCfg => "a node.cfg",
            Origin::ZeekConf => "a zeek.conf",
            Origin::Layout => "a layout",
        }
    }
}

/// A cluster, or a node that stands alone.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// In the order of the layout.
    pub members: Vec<Member>,
    pub manager_is_logger: bool,
    /// There is one node, which is no cluster.
    pub standalone: bool,
    pub origin: Origin,
    /// Where in the file things are said.
    pub places: Places,
    /// The file as a whole, for what has no place of its own.
    pub file: Span,
    pub listeners: Listeners,
    /// What the file says of the whole and no layout has a place for: keys with their values and where they stand.
    pub others: Vec<(&'static str, String, Span)>,
}

/// Addresses that the whole cluster has in common.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listeners {
    /// Where nodes offer their metrics, where that is said.
    pub metrics_address: Option<String>,
    /// Where the manager listens for WebSocket clients.
    pub web_socket: Option<(String, i64)>,
}

impl Cluster {
    /// What a layout says.
    pub fn of_layout(layout: &Layout, places: Places) -> Cluster {
        Cluster {
            members: layout.nodes.iter().map(Member::of_node).collect(),
            manager_is_logger: layout.manager_is_logger,
            standalone: false,
            origin: Origin::Layout,
            file: places.layout.unwrap_or(Span::NONE),
            places,
            listeners: Listeners::default(),
            others: Vec::new(),
        }
    }

    /// The nodes as a layout has them.
    pub fn layout(&self) -> Layout {
        let mut nodes: Vec<Node> = self.members.iter().map(|member| member.node.clone()).collect();
        if self.origin != Origin::Layout {
            nodes.iter_mut().for_each(Node::note_fields);
        }
        Layout::of_nodes(nodes, self.manager_is_logger)
    }

    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(move |member| member.node.role == role)
    }

    /// Adds a warning for everything that the file says of the whole.
    pub fn lose_others(&self, target: &str, found: &mut Vec<Diagnostic>) {
        let Some((_, _, span)) = self.others.first() else { return };
        let keys: Vec<&str> = self.others.iter().map(|(key, _, _)| *key).collect();
        let message = format!("{target} has no place for {}", keys.join(", "));
        found.push(Diagnostic::warning(Code::NotCarriedOver, *span, message));
    }

    /// Adds a warning where members have what the form that is written has no place for: one for all of them.
    pub fn lose(&self, key: &'static str, target: &str, has: impl Fn(&Member) -> bool, found: &mut Vec<Diagnostic>) {
        let mut losing = self.members.iter().filter(|member| has(member));
        let Some(first) = losing.next() else { return };
        let others = match losing.count() {
            0 => String::new(),
            1 => " and one other node".to_string(),
            count => format!(" and {count} other nodes"),
        };
        let shown = match (self.origin, key) {
            (Origin::ZeekConf, "pin_cpus") => "workers_cpu_list",
            (Origin::ZeekConf, "env_vars") => "environment variables",
            _ => key,
        };
        let message = format!("{target} has no place for {shown} of {}{others}", first.node.name);
        let span = self.places.field(&first.node.name, key);
        let span = if span.is_none() { self.file } else { span };
        found.push(Diagnostic::warning(Code::NotCarriedOver, span, message));
    }
}

/// Where a key and its value stand, for [`Places`].
pub(super) fn place(name: Span, fields: impl IntoIterator<Item = (&'static str, Span, Span)>) -> NodePlace {
    NodePlace {
        name: Some(name),
        fields: fields.into_iter().map(|(field, key, value)| (field, (key, value))).collect(),
    }
}

/// Finds the addresses of a host; the error says why there are none.
pub type Resolve<'a> = &'a dyn Fn(&str) -> Result<Vec<IpAddr>, String>;

/// The address that BroControl takes of several: the first of IPv4, else the first.
pub(super) fn preferred(addresses: &[IpAddr]) -> Option<IpAddr> {
    addresses.iter().find(|address| address.is_ipv4()).or_else(|| addresses.first()).copied()
}
