//! What some release would refuse.

use std::collections::BTreeMap;

use super::Facts;
use crate::cluster::releases::{ERAS, Reason, accepting, in_words};
use crate::diag::{Code, Diagnostic, Severity};
use crate::source::Span;

/// One finding per field or node type, with the releases that do not know it.
pub(super) fn fields(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut objections: BTreeMap<String, (Span, Vec<&'static str>, usize)> = BTreeMap::new();
    for era in ERAS {
        let mut seen: BTreeMap<String, (Span, usize)> = BTreeMap::new();
        for objection in era.objections(facts.layout) {
            let (what, span) = match objection.reason {
                Reason::UnknownField(field) => {
                    (format!("${field} is not known in"), facts.places.field(&objection.node, field))
                }
                Reason::UnknownRole(role) => (
                    format!("Cluster::{} is not known in", role.name()),
                    facts.places.value(&objection.node, "node_type"),
                ),
                Reason::MissingPort => ("a node without $p is refused in".into(), facts.places.node(&objection.node)),
            };
            seen.entry(what).or_insert((span, 0)).1 += 1;
        }
        for (what, (span, count)) in seen {
            let entry = objections.entry(what).or_insert((span, Vec::new(), count));
            entry.1.push(era.name);
        }
    }
    for (what, (span, eras, count)) in objections {
        let nodes = if count == 1 { String::new() } else { format!(" ({count} nodes)") };
        let message = format!("{what} {}{nodes}", in_words(&eras));
        found.push(Diagnostic::new(Severity::Note, Code::ReleaseField, span, message));
    }
    let accepting = accepting(facts.layout);
    if accepting.is_empty() {
        let span = facts.places.layout.unwrap_or(Span::NONE);
        let message = "no release accepts this layout as a whole";
        found.push(Diagnostic::warning(Code::ReleaseField, span, message));
    }
}
