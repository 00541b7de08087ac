//! Names of other nodes in a node's fields.

use super::Facts;
use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};
use crate::sema::similar;

/// A name that no node has.
pub(super) fn dangling(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for node in &facts.layout.nodes {
        for (field, name) in node.mentions() {
            if facts.layout.node(name).is_some() {
                continue;
            }
            let span = facts.places.value(&node.name, field);
            let message = format!("${field} of {} names {name}, which the layout does not have", node.name);
            let mut diagnostic = Diagnostic::error(Code::DanglingReference, span, message);
            let names = facts.layout.nodes.iter().map(|other| other.name.as_str());
            if let Some(suggestion) = similar(name, names) {
                let replacement = format!("\"{suggestion}\"");
                diagnostic = diagnostic.fix(span, replacement, format!("did you mean \"{suggestion}\"?"));
            }
            found.push(diagnostic);
        }
    }
}

/// A name of a node that cannot be what the field says.
pub(super) fn wrong_role(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for node in &facts.layout.nodes {
        for (field, name) in node.mentions() {
            let Some(other) = facts.layout.node(name) else { continue };
            let wanted = match field {
                "manager" => Role::Manager,
                "time_machine" => Role::TimeMachine,
                "logger" => Role::Logger,
                "proxy" => Role::Proxy,
                _ => Role::Worker,
            };
            if other.role != wanted {
                let span = facts.places.value(&node.name, field);
                let message = format!(
                    "${field} of {} names {name}, which is a {} and no {}",
                    node.name,
                    other.role.name(),
                    wanted.name()
                );
                let place = facts.places.node(name);
                let diagnostic = Diagnostic::error(Code::WrongRole, span, message);
                found.push(if place == span { diagnostic } else { diagnostic.related(place, "declared here") });
            }
        }
    }
}
