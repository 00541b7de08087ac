//! Layouts that load scripts, and pools that the layout gives no members.

use std::collections::HashSet;

use crate::cluster::{Layout, Role};
use crate::diag::{Code, Diagnostic, Severity};
use crate::source::Span;

/// `@load` in a layout. The framework itself is there already, which makes loading it harmless.
pub(in crate::check) fn layout_loads(loads: &[(String, Span)], in_layout: impl Fn(Span) -> bool) -> Vec<Diagnostic> {
    let found = loads.iter().filter(|(_, span)| in_layout(*span)).map(|(name, span)| {
        if name.starts_with("base/frameworks/cluster") {
            let message = "the cluster framework loads the layout, not the other way round";
            return Diagnostic::new(Severity::Note, Code::LoadInLayout, *span, message).fix(
                *span,
                "",
                "remove this line",
            );
        }
        let message = format!("the layout loads {name}");
        Diagnostic::warning(Code::LoadInLayout, *span, message)
            .label("loaded before most of what it may refer to")
            .note("load it from a script that comes after the framework, such as local.bro")
    });
    found.collect()
}

/// A pool is used that nobody is in.
pub(in crate::check) fn empty_pools(uses: &[(&'static str, Span)], layout: &Layout) -> Vec<Diagnostic> {
    let mut said = HashSet::new();
    let mut found = Vec::new();
    for (pool, span) in uses {
        let (role, members) = match *pool {
            "Cluster::proxy_pool" => (Role::Proxy, "proxies"),
            "Cluster::worker_pool" => (Role::Worker, "workers"),
            _ => (Role::Logger, "loggers"),
        };
        let is_empty = !layout.nodes.is_empty() && layout.with_role(role).next().is_none();
        if is_empty && said.insert(*pool) {
            let message = format!("{pool} has no members: the layout has no {members}");
            found.push(
                Diagnostic::warning(Code::EmptyPool, *span, message)
                    .label("publishing to it reaches nobody, and hrw_topic and rr_topic give \"\"")
                    .note(format!("add a node with $node_type=Cluster::{}", role.name())),
            );
        }
    }
    found
}
