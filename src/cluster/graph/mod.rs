//! The topology as a picture. One file a form; [`Form`] is the table of them.

mod dot;
mod lanes;
mod mermaid;
mod svg;
mod text;

use std::collections::HashMap;

use super::plan::{Connection, Plan};
use super::{Layout, Node, Role};

/// The forms of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Svg,
    Dot,
    Mermaid,
    Text,
}

impl Form {
    /// Every form with the endings of file names that ask for it.
    pub const ALL: &'static [(Form, &'static [&'static str])] = &[
        (Form::Svg, &["svg"]),
        (Form::Dot, &["dot", "gv"]),
        (Form::Mermaid, &["mmd", "mermaid"]),
        (Form::Text, &["txt", "text"]),
    ];

    /// The form for a file name's ending.
    pub fn from_ending(ending: &str) -> Option<Form> {
        Form::ALL.iter().find(|(_, endings)| endings.contains(&ending)).map(|(form, _)| *form)
    }
}

/// Draws a layout.
pub fn draw(layout: &Layout, form: Form) -> String {
    let drawing = Drawing::of(layout);
    match form {
        Form::Svg => svg::draw(&drawing),
        Form::Dot => dot::draw(&drawing),
        Form::Mermaid => mermaid::draw(&drawing),
        Form::Text => text::draw(&drawing),
    }
}

/// Tiers from the top down: what is dialled stands above what dials.
const TIERS: &[(Role, &str)] = &[
    (Role::Logger, "Loggers"),
    (Role::Manager, "Manager"),
    (Role::Proxy, "Proxies"),
    (Role::Worker, "Workers"),
    (Role::TimeMachine, "Time machines"),
    (Role::Control, "Control"),
    (Role::None, "Other"),
];

/// What all forms draw.
struct Drawing<'a> {
    tiers: Vec<Tier<'a>>,
    plan: Plan,
    /// The connections by their tiers, in the order of the plan.
    bundles: Vec<Bundle>,
    roles: HashMap<&'a str, Role>,
    manager_is_logger: bool,
}

/// Nodes in a row, where a form lays them out in rows.
const ROW: usize = 6;

/// So many connections between two tiers are drawn one by one.
const MOST_SINGLE: usize = 24;

struct Tier<'a> {
    role: Role,
    title: &'static str,
    nodes: Vec<&'a Node>,
}

impl<'a> Tier<'a> {
    /// `Workers (4)`
    fn heading(&self) -> String {
        match self.nodes.len() {
            1 => self.title.to_string(),
            count => format!("{} ({count})", self.title),
        }
    }

    /// Nodes that stand below each other: those of each row with those of the row before.
    fn rows(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.nodes.iter().skip(ROW).zip(&self.nodes).map(|(lower, upper)| (lower.name.as_str(), upper.name.as_str()))
    }
}

/// The connections from one tier to another, together.
struct Bundle {
    from: Role,
    to: Role,
    /// How many connections there are.
    count: usize,
    /// Every node of the one tier dials every node of the other.
    complete: bool,
}

impl<'a> Drawing<'a> {
    fn of(layout: &'a Layout) -> Self {
        let tiers: Vec<Tier<'a>> = TIERS
            .iter()
            .map(|(role, title)| Tier { role: *role, title, nodes: layout.with_role(*role).collect() })
            .filter(|tier| !tier.nodes.is_empty())
            .collect();
        let roles = layout.nodes.iter().map(|node| (node.name.as_str(), node.role)).collect();
        let plan = Plan::of(layout);
        let bundles = bundles(&tiers, &roles, &plan);
        Drawing { tiers, plan, bundles, roles, manager_is_logger: layout.manager_is_logger }
    }

    /// The bundles that are too many for an arrow each, and the connections of the others.
    fn split_connections(&self) -> (Vec<&Bundle>, Vec<&Connection>) {
        let (many, few): (Vec<&Bundle>, Vec<&Bundle>) =
            self.bundles.iter().partition(|bundle| bundle.count > MOST_SINGLE);
        let is_single = |connection: &&Connection| {
            let ends = (self.roles.get(&*connection.from), self.roles.get(&*connection.to));
            few.iter().any(|bundle| ends == (Some(&bundle.from), Some(&bundle.to)))
        };
        let single = self.plan.connections.iter().filter(is_single).collect();
        (many, single)
    }

    /// Who dials whom, with the number of connections.
    fn sentence(&self, bundle: &Bundle) -> String {
        let tier = |role| self.tiers.iter().find(|tier| tier.role == role);
        let named = |role, every: &str| match tier(role).map(|tier| &tier.nodes[..]) {
            Some([only]) => only.name.clone(),
            _ => format!("{every} {}", singular(role)),
        };
        let some = |role| match tier(role).map(|tier| &tier.nodes[..]) {
            Some([only]) => only.name.clone(),
            Some(_) => format!("some {}", plural(role)),
            None => String::new(),
        };
        let count = if bundle.count == 1 { "1 connection".into() } else { format!("{} connections", bundle.count) };
        let who = if bundle.complete {
            format!("{} dials {}", named(bundle.from, "every"), named(bundle.to, "every"))
        } else {
            let verb = if tier(bundle.from).is_some_and(|tier| tier.nodes.len() == 1) { "dials" } else { "dial" };
            format!("{} {verb} {}", some(bundle.from), some(bundle.to))
        };
        format!("{who}: {count}")
    }

    /// The nodes that write log files.
    fn writes_logs(&self, node: &Node) -> bool {
        node.role == Role::Logger || (node.role == Role::Manager && self.manager_is_logger)
    }
}

fn bundles(tiers: &[Tier<'_>], roles: &HashMap<&str, Role>, plan: &Plan) -> Vec<Bundle> {
    let size = |role| tiers.iter().find(|tier| tier.role == role).map_or(0, |tier| tier.nodes.len());
    let mut bundles: Vec<Bundle> = Vec::new();
    for connection in &plan.connections {
        let ends = (roles.get(&*connection.from), roles.get(&*connection.to));
        let (Some(&from), Some(&to)) = ends else { continue };
        let all = size(from) * size(to);
        match bundles.iter_mut().find(|bundle| bundle.from == from && bundle.to == to) {
            Some(bundle) => {
                bundle.count += 1;
                bundle.complete = bundle.count == all;
            }
            None => bundles.push(Bundle { from, to, count: 1, complete: all == 1 }),
        }
    }
    bundles
}

fn singular(role: Role) -> &'static str {
    match role {
        Role::Logger => "logger",
        Role::Manager => "manager",
        Role::Proxy => "proxy",
        Role::Worker => "worker",
        Role::TimeMachine => "time machine",
        Role::Control => "control node",
        Role::None => "other node",
    }
}

fn plural(role: Role) -> String {
    match role {
        Role::Proxy => "proxies".into(),
        _ => format!("{}s", singular(role)),
    }
}
