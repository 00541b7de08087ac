//! What `:layout`, `:plan` and `:topics` show.

use std::fmt::Write;

use super::table::{names, table};
use crate::cluster::plan::Plan;
use crate::cluster::topics::Topics;
use crate::cluster::{Layout, Node, Role};

/// The nodes, one a row. `own` is the node that the session is.
pub(super) fn layout(layout: &Layout, own: &str, width: usize) -> String {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let rows: Vec<Vec<String>> = layout
        .nodes
        .iter()
        .map(|node| {
            vec![
                if node.name == own { format!("{} *", node.name) } else { node.name.clone() },
                node.role.name().to_lowercase().replace('_', " "),
                node.endpoint(),
                text(&node.interface),
                text(&node.manager),
                text(&node.logger),
                text(&node.proxy),
                names(node.workers.iter().map(String::as_str)),
                text(&node.time_machine),
                node.metrics_port.map(|port| port.number.to_string()).unwrap_or_default(),
            ]
        })
        .collect();
    let headings =
        ["node", "type", "address", "interface", "manager", "logger", "proxy", "workers", "time machine", "metrics"];
    let mut out = table(&headings, &rows, width);
    let logs = if layout.manager_is_logger { "the manager writes the logs" } else { "loggers write the logs" };
    let _ = writeln!(out, "{}; {logs}", count(layout.nodes.len(), "node"));
    out
}

pub(super) fn count(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// Who listens where and dials whom.
pub(super) fn plan(layout: &Layout, width: usize) -> String {
    let plan = Plan::of(layout);
    let rows: Vec<Vec<String>> = layout
        .nodes
        .iter()
        .map(|node| {
            let dialled = names(plan.dialled_by(&node.name).map(|connection| connection.to.as_str()));
            vec![node.name.clone(), listens(node), if dialled.is_empty() { "nobody".into() } else { dialled }]
        })
        .collect();
    let mut out = table(&["node", "listens on", "dials"], &rows, width);
    let _ = writeln!(out, "{}; :plan NODE tells more", count(plan.connections.len(), "connection"));
    out
}

fn listens(node: &Node) -> String {
    if node.port.is_set() { node.endpoint() } else { "nothing".into() }
}

/// The connections of one node, both ways, with their reasons.
pub(super) fn plan_of(layout: &Layout, node: &Node, width: usize) -> String {
    let plan = Plan::of(layout);
    let mut out = format!("{} ({}) listens on {}\n", node.name, node.role.name(), listens(node));
    let endpoint = |name: &str| layout.node(name).map(Node::endpoint).unwrap_or_default();
    let dials: Vec<Vec<String>> = plan
        .dialled_by(&node.name)
        .map(|connection| vec![connection.to.clone(), endpoint(&connection.to), connection.reason.to_string()])
        .collect();
    if dials.is_empty() {
        out.push_str("It dials nobody.\n");
    } else {
        let _ = write!(out, "\n{}", table(&["dials", "at", "because it is"], &dials, width));
    }
    let accepts = names(plan.accepted_by(&node.name).map(|connection| connection.from.as_str()));
    let accepts =
        if accepts.is_empty() { "It is dialled by nobody.".into() } else { format!("It is dialled by {accepts}.") };
    out.push('\n');
    for line in crate::reference::render::wrap(&accepts, width) {
        let _ = writeln!(out, "{line}");
    }
    out
}

/// The topics of the framework with who hears them.
pub(super) fn topics(topics: &Topics, layout: &Layout, width: usize) -> String {
    let mut rows = Vec::new();
    for role in Role::ALL {
        if let Some(topic) = topics.of_role(role) {
            let heard = names(layout.with_role(role).map(|node| node.name.as_str()));
            let heard = if heard.is_empty() { "nobody".into() } else { heard };
            rows.push(vec![topic.to_string(), heard]);
        }
    }
    rows.push(vec![topics.of_node("NODE"), "the node of that name".into()]);
    let mut out = table(&["topic", "heard by"], &rows, width);
    out.push_str(":topics NODE tells what a node hears, :topics TOPIC who hears it\n");
    out
}

/// What one node hears.
pub(super) fn topics_of(topics: &Topics, node: &Node) -> String {
    let mut out = format!("{} hears what is published to topics that begin with\n", node.name);
    for topic in topics.heard_by(node) {
        let _ = writeln!(out, "  {topic}");
    }
    out
}

/// Who hears a topic.
pub(super) fn receivers(topics: &Topics, layout: &Layout, topic: &str, width: usize) -> String {
    let heard = names(topics.receivers(layout, topic).into_iter().map(|node| node.name.as_str()));
    let text = if heard.is_empty() {
        format!("{topic} reaches nobody. Topics are matched by what they begin with.")
    } else {
        format!("{topic} reaches {heard}.")
    };
    crate::reference::render::wrap(&text, width).join("\n") + "\n"
}
