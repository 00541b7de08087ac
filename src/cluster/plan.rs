//! Who dials whom and who listens where, as Bro 2.6's `setup-connections` does it.
//!
//! Everybody dials the loggers; workers dial the proxies; workers and proxies dial their `$manager`; a node dials its
//! `$time_machine`. A node listens where its `$p` says; nobody dials a node without a port.

use serde::Serialize;

use super::{Layout, Node, Role};

/// One connection that `from` begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Connection {
    pub from: String,
    pub to: String,
    /// Why: the role or field that asks for it.
    pub reason: &'static str,
}

/// All connections of a cluster.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    pub connections: Vec<Connection>,
}

impl Plan {
    /// Nodes dial in the order of the layout; the names dialled are sorted, as Bro's table walk is not kept.
    pub fn of(layout: &Layout) -> Plan {
        let mut connections = Vec::new();
        let (loggers, proxies) = (sorted(layout, Role::Logger), sorted(layout, Role::Proxy));
        for node in &layout.nodes {
            for (to, reason) in dialled_by(layout, node, &loggers, &proxies) {
                if to.port.is_set() && to.name != node.name {
                    connections.push(Connection { from: node.name.clone(), to: to.name.clone(), reason });
                }
            }
        }
        Plan { connections }
    }

    /// The connections that a node begins.
    pub fn dialled_by<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Connection> {
        self.connections.iter().filter(move |connection| connection.from == name)
    }

    /// The connections that a node accepts.
    pub fn accepted_by<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Connection> {
        self.connections.iter().filter(move |connection| connection.to == name)
    }
}

fn dialled_by<'a>(
    layout: &'a Layout,
    node: &'a Node,
    loggers: &[&'a Node],
    proxies: &[&'a Node],
) -> Vec<(&'a Node, &'static str)> {
    let loggers = || loggers.iter().map(|to| (*to, "every logger"));
    let proxies = proxies.iter().map(|to| (*to, "every proxy"));
    let named = |field: Option<&String>, role: Role, reason: &'static str| {
        field
            .and_then(|name| layout.node(name))
            .filter(|to| to.role == role)
            .map(|to| (to, reason))
            .into_iter()
            .collect::<Vec<_>>()
    };
    let manager = || named(node.manager.as_ref(), Role::Manager, "its manager");
    let time_machine = || named(node.time_machine.as_ref(), Role::TimeMachine, "its time machine");
    match node.role {
        Role::Manager => loggers().chain(time_machine()).collect(),
        Role::Proxy => loggers().chain(manager()).collect(),
        Role::Worker => loggers().chain(proxies).chain(manager()).chain(time_machine()).collect(),
        Role::None | Role::Control | Role::Logger | Role::TimeMachine => Vec::new(),
    }
}

fn sorted(layout: &Layout, role: Role) -> Vec<&Node> {
    let mut nodes: Vec<&Node> = layout.with_role(role).collect();
    nodes.sort_by(|left, right| left.name.cmp(&right.name));
    nodes
}
