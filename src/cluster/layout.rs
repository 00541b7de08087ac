//! The nodes of a layout as plain data, taken from `Cluster::nodes` of a loaded engine.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::value::{Address, Protocol, RecordObject, Value};
use crate::vm::Vm;

/// What a node does: `Cluster::NodeType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Role {
    None,
    Control,
    Logger,
    Manager,
    Proxy,
    Worker,
    #[serde(rename = "TIME_MACHINE")]
    TimeMachine,
}

impl Role {
    /// Every role, in the order of `Cluster::NodeType`.
    pub const ALL: [Role; 7] =
        [Role::None, Role::Control, Role::Logger, Role::Manager, Role::Proxy, Role::Worker, Role::TimeMachine];

    /// The enum's name without its module: `WORKER`.
    pub fn name(self) -> &'static str {
        match self {
            Role::None => "NONE",
            Role::Control => "CONTROL",
            Role::Logger => "LOGGER",
            Role::Manager => "MANAGER",
            Role::Proxy => "PROXY",
            Role::Worker => "WORKER",
            Role::TimeMachine => "TIME_MACHINE",
        }
    }

    fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A port with its protocol; number 0 stands for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct NodePort {
    pub number: u16,
    #[serde(skip)]
    pub protocol: Protocol,
}

impl NodePort {
    /// A port of TCP.
    pub fn tcp(number: u16) -> NodePort {
        NodePort { number, protocol: Protocol::Tcp }
    }

    pub fn is_set(self) -> bool {
        self.number != 0
    }
}

/// One entry of `Cluster::nodes`.
#[derive(Clone, Debug, Serialize)]
pub struct Node {
    pub name: String,
    #[serde(rename = "node_type")]
    pub role: Role,
    #[serde(serialize_with = "address")]
    pub ip: Address,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zone_id: String,
    #[serde(rename = "p", serialize_with = "port")]
    pub port: NodePort,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_machine: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logger: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub workers: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_port")]
    pub metrics_port: Option<NodePort>,
    /// The fields of the record that have a value other than their default.
    #[serde(skip)]
    pub fields: Vec<&'static str>,
}

/// A whole layout, nodes in the order in which they were written.
#[derive(Clone, Debug, Serialize)]
pub struct Layout {
    pub nodes: Vec<Node>,
    pub manager_is_logger: bool,
    /// Where each node stands among the nodes.
    #[serde(skip)]
    by_name: FxHashMap<String, usize>,
}

impl Layout {
    /// Reads the layout that is loaded; `None` where the cluster framework is not.
    pub fn of(vm: &Vm) -> Option<Layout> {
        let Value::Table(table) = vm.global_by_name("Cluster::nodes")? else { return None };
        let manager_is_logger = !matches!(vm.global_by_name("Cluster::manager_is_logger"), Some(Value::Bool(false)));
        let mut nodes = Vec::with_capacity(table.len());
        table.for_each(|key, value| {
            if let ([name], Value::Record(record)) = (key, value)
                && let Some(node) = Node::of(&text(name), record)
            {
                nodes.push(node);
            }
        });
        Some(Layout::of_nodes(nodes, manager_is_logger))
    }

    /// A layout of nodes that no script has said: those of a node file.
    pub fn of_nodes(nodes: Vec<Node>, manager_is_logger: bool) -> Layout {
        let by_name = nodes.iter().enumerate().map(|(place, node)| (node.name.clone(), place)).collect();
        Layout { nodes, manager_is_logger, by_name }
    }

    pub fn node(&self, name: &str) -> Option<&Node> {
        self.nodes.get(*self.by_name.get(name)?)
    }

    pub fn with_role(&self, role: Role) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.role == role)
    }
}

impl Node {
    /// A node with a name, type and address alone.
    pub fn new(name: impl Into<String>, role: Role, ip: Address) -> Node {
        Node {
            name: name.into(),
            role,
            ip,
            zone_id: String::new(),
            port: NodePort { number: 0, protocol: Protocol::Unknown },
            interface: None,
            manager: None,
            time_machine: None,
            logger: None,
            proxy: None,
            workers: Vec::new(),
            metrics_port: None,
            fields: Vec::new(),
        }
    }

    /// Takes note of the fields that have a value, for nodes that no script has said.
    pub fn note_fields(&mut self) {
        let used = [
            ("zone_id", !self.zone_id.is_empty()),
            ("p", self.port.is_set()),
            ("interface", self.interface.is_some()),
            ("manager", self.manager.is_some()),
            ("time_machine", self.time_machine.is_some()),
            ("logger", self.logger.is_some()),
            ("proxy", self.proxy.is_some()),
            ("workers", !self.workers.is_empty()),
            ("metrics_port", self.metrics_port.is_some()),
        ];
        let always = [("node_type", true), ("ip", true)];
        self.fields = always.into_iter().chain(used).filter(|(_, used)| *used).map(|(field, _)| field).collect();
    }

    fn of(name: &str, record: &RecordObject) -> Option<Node> {
        let field = |name: &str| {
            record.record_type().and_then(|ty| ty.offset(name.into())).map(|at| record.get(at)).unwrap_or_default()
        };
        let string = |name: &str| match field(name) {
            Value::String(value) => Some(value.to_lossy().into_owned()),
            _ => None,
        };
        let port = |name: &str| match field(name) {
            Value::Port(number, protocol) => Some(NodePort { number, protocol }),
            _ => None,
        };
        let role = match field("node_type") {
            Value::Enum(value, ty) => ty.name_of(value).and_then(|name| Role::from_name(name.base_name()))?,
            _ => return None,
        };
        let mut workers = Vec::new();
        if let Value::Table(table) = field("workers") {
            table.for_each(|key, _| workers.extend(key.first().map(text)));
        }
        let unknown = NodePort { number: 0, protocol: Protocol::Unknown };
        let mut node = Node {
            name: name.to_string(),
            role,
            ip: field("ip").as_address()?,
            zone_id: string("zone_id").unwrap_or_default(),
            port: port("p").unwrap_or(unknown),
            interface: string("interface"),
            manager: string("manager"),
            time_machine: string("time_machine"),
            logger: string("logger"),
            proxy: string("proxy"),
            workers,
            metrics_port: port("metrics_port").filter(|port| port.is_set()),
            fields: Vec::new(),
        };
        node.fields = node.used_fields(record);
        Some(node)
    }

    fn used_fields(&self, record: &RecordObject) -> Vec<&'static str> {
        let Some(ty) = record.record_type() else { return Vec::new() };
        ty.with_fields(|fields| {
            fields
                .iter()
                .enumerate()
                .filter(|(at, field)| match field.name.as_str() {
                    "zone_id" => !self.zone_id.is_empty(),
                    "p" => self.port.is_set(),
                    _ => record.is_set(*at as u16),
                })
                .map(|(_, field)| field.name.as_str())
                .collect()
        })
    }

    /// `10.0.0.1:47760`, `[fe80::1%eth0]:47760`.
    pub fn endpoint(&self) -> String {
        let zone = if self.zone_id.is_empty() { String::new() } else { format!("%{}", self.zone_id) };
        match (self.ip.is_v4(), self.port.is_set()) {
            (true, true) => format!("{}:{}", self.ip.0, self.port.number),
            (false, true) => format!("[{}{zone}]:{}", self.ip.0, self.port.number),
            (_, false) => format!("{}{zone}", self.ip.0),
        }
    }

    /// The names of other nodes that this one's fields mention, with the field.
    pub fn mentions(&self) -> Vec<(&'static str, &str)> {
        let single = [
            ("manager", &self.manager),
            ("time_machine", &self.time_machine),
            ("logger", &self.logger),
            ("proxy", &self.proxy),
        ];
        let mut mentions: Vec<(&'static str, &str)> =
            single.into_iter().filter_map(|(field, name)| name.as_deref().map(|name| (field, name))).collect();
        mentions.extend(self.workers.iter().map(|name| ("workers", name.as_str())));
        mentions
    }
}

fn text(value: &Value) -> String {
    value.as_bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
}

fn address<S: serde::Serializer>(address: &Address, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&address.0)
}

fn port<S: serde::Serializer>(port: &NodePort, serializer: S) -> Result<S::Ok, S::Error> {
    let protocol = match port.protocol {
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Icmp => "icmp",
        Protocol::Unknown => "unknown",
    };
    serializer.collect_str(&format_args!("{}/{protocol}", port.number))
}

#[expect(clippy::ref_option, reason = "serde hands the field by reference")]
fn optional_port<S: serde::Serializer>(value: &Option<NodePort>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => port(value, serializer),
        None => serializer.serialize_none(),
    }
}
