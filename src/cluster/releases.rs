//! Which releases of Bro and Zeek accept a layout.
//!
//! The fields of `Cluster::Node` and the names of `Cluster::NodeType` changed over time; a layout that uses one a
//! release does not know fails there with a type error.

use super::{Layout, Role};

/// Releases from `from` to `to` whose `Cluster::Node` is the same.
#[derive(Clone, Copy, Debug)]
pub struct Era {
    /// How it is named: `2.6-3.x`.
    pub name: &'static str,
    /// Fields beside `node_type` and `ip`.
    fields: &'static [&'static str],
    roles: &'static [Role],
    /// A node without `$p` is refused.
    port_required: bool,
}

use Role::{Control, Logger, Manager, None as NoRole, Proxy, TimeMachine, Worker};

/// All eras, oldest first. Source: the declarations of `Cluster::Node` in each release's
/// `scripts/base/frameworks/cluster/main`.
pub const ERAS: &[Era] = &[
    Era {
        name: "2.0-2.1",
        fields: &["p", "interface", "manager", "proxy", "workers", "time_machine"],
        roles: &[NoRole, Control, Manager, Proxy, Worker, TimeMachine],
        port_required: true,
    },
    Era {
        name: "2.2-2.4",
        fields: &["p", "interface", "manager", "proxy", "workers", "time_machine", "zone_id"],
        roles: &[NoRole, Control, Manager, Proxy, Worker, TimeMachine],
        port_required: true,
    },
    Era {
        name: "2.5",
        fields: &["p", "interface", "manager", "proxy", "workers", "time_machine", "zone_id", "logger"],
        roles: &[NoRole, Control, Logger, Manager, Proxy, Worker, TimeMachine],
        port_required: true,
    },
    Era {
        name: "2.6-3.x",
        fields: &["p", "interface", "manager", "time_machine", "zone_id", "id"],
        roles: &[NoRole, Control, Logger, Manager, Proxy, Worker, TimeMachine],
        port_required: true,
    },
    Era {
        name: "4.0-6.x",
        fields: &["p", "interface", "manager", "time_machine", "zone_id", "id"],
        roles: &[NoRole, Control, Logger, Manager, Proxy, Worker, TimeMachine],
        port_required: false,
    },
    Era {
        name: "7.0",
        fields: &["p", "interface", "manager", "time_machine", "zone_id", "id", "metrics_port"],
        roles: &[NoRole, Control, Logger, Manager, Proxy, Worker, TimeMachine],
        port_required: false,
    },
    Era {
        name: "7.1-9.0",
        fields: &["p", "manager", "zone_id", "id", "metrics_port"],
        roles: &[NoRole, Control, Logger, Manager, Proxy, Worker],
        port_required: false,
    },
];

/// What keeps an era from accepting a layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    pub node: String,
    pub reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    UnknownField(&'static str),
    UnknownRole(Role),
    MissingPort,
}

impl Era {
    /// Everything this era objects to, in the order of the nodes.
    pub fn objections(&self, layout: &Layout) -> Vec<Objection> {
        let mut objections = Vec::new();
        for node in &layout.nodes {
            let mut object = |reason| objections.push(Objection { node: node.name.clone(), reason });
            for field in &node.fields {
                if !matches!(*field, "node_type" | "ip") && !self.fields.contains(field) {
                    object(Reason::UnknownField(field));
                }
            }
            if !self.roles.contains(&node.role) {
                object(Reason::UnknownRole(node.role));
            }
            if self.port_required && !node.port.is_set() {
                object(Reason::MissingPort);
            }
        }
        objections
    }

    pub fn accepts(&self, layout: &Layout) -> bool {
        self.objections(layout).is_empty()
    }
}

/// The names of the eras that accept a layout, oldest first.
pub fn accepting(layout: &Layout) -> Vec<&'static str> {
    ERAS.iter().filter(|era| era.accepts(layout)).map(|era| era.name).collect()
}

/// Names of eras in words, those that follow each other together: `2.0 to 2.5, 4.0-6.x`.
pub fn in_words(names: &[&str]) -> String {
    let is_in = |era: &Era| names.contains(&era.name);
    let runs = ERAS.chunk_by(|left, right| is_in(left) == is_in(right)).filter(|run| run.iter().all(is_in));
    let words = runs.filter_map(|run| {
        let (first, last) = (run.first()?.name, run.last()?.name);
        let begin = first.split('-').next().unwrap_or(first);
        let end = last.rsplit('-').next().unwrap_or(last);
        Some(if begin == end { begin.to_string() } else { format!("{begin} to {end}") })
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn eras_that_follow_each_other_are_one_range() {
        assert_eq!(in_words(&["2.0-2.1", "2.2-2.4", "2.5", "7.0"]), "2.0 to 2.5, 7.0");
        assert_eq!(in_words(&["4.0-6.x"]), "4.0 to 6.x");
        assert_eq!(in_words(&[]), "");
    }
}
