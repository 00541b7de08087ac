//! A cluster as JSON: `{"standalone", "manager_is_logger", "nodes": [...], "connections": [...], "releases": [...]}`.
//!
//! A node has the fields that its layout gives it by their names there, and beside them `host`, `captures`, `cpu`,
//! `environment`, `scripts`, `zone`, `method` and `settings`, each only where it is known. `connections` are `{"from",
//! "to", "reason"}`: who dials whom. `releases` are those that accept the layout. Fields may be added, those that are
//! there keep their meaning.

use std::collections::BTreeMap;

use serde::Serialize;

use super::model::{Cluster, Member};
use crate::cluster::plan::{Connection, Plan};
use crate::cluster::{Node, releases};

#[derive(Serialize)]
struct Document<'a> {
    standalone: bool,
    manager_is_logger: bool,
    nodes: Vec<NodeText<'a>>,
    connections: Vec<Connection>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    releases: Vec<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<&'static str, &'a str>,
}

#[derive(Serialize)]
struct NodeText<'a> {
    #[serde(flatten)]
    node: &'a Node,
    host: &'a str,
    #[serde(rename = "captures", skip_serializing_if = "str::is_empty")]
    interface: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cpu: Option<i64>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    environment: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    scripts: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    zone: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'a str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<&'static str, &'a str>,
}

/// The document, with an end of line.
pub fn text(cluster: &Cluster) -> String {
    let layout = cluster.layout();
    let is_cluster = !cluster.standalone;
    let document = Document {
        standalone: cluster.standalone,
        manager_is_logger: cluster.manager_is_logger,
        nodes: cluster.members.iter().map(node).collect(),
        connections: if is_cluster { Plan::of(&layout).connections } else { Vec::new() },
        releases: if is_cluster { releases::accepting(&layout) } else { Vec::new() },
        settings: cluster.others.iter().map(|(key, value, _)| (*key, value.as_str())).collect(),
    };
    // Texts, numbers and lists alone: nothing here that JSON could not hold.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn node(member: &Member) -> NodeText<'_> {
    NodeText {
        node: &member.node,
        host: &member.host,
        interface: &member.interface,
        cpu: member.cpu,
        environment: member.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        scripts: &member.scripts,
        zone: if member.node.zone_id.is_empty() { &member.zone } else { "" },
        method: member.method.as_deref(),
        settings: member.others.iter().map(|(key, value)| (*key, value.as_str())).collect(),
    }
}
