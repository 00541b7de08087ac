//! Handlers of events that never come.

use std::collections::{BTreeSet, HashSet};

use super::super::evaluate::Evaluation;
use crate::diag::{Code, Diagnostic};
use crate::sema::similar;

/// The events of Bro 2.6 and Zeek 8.1 that come from traffic, the runtime, or scripts that are not carried here.
const KNOWN: &str = include_str!("../known_events.txt");

/// Handlers of an event that nothing declares and that no script raises or publishes on any node: most likely the
/// name is misspelt.
pub(in crate::check) fn orphans(evaluations: &[Evaluation]) -> Vec<Diagnostic> {
    let known: HashSet<&str> = KNOWN.lines().collect();
    let handlers = || evaluations.iter().flat_map(|evaluation| &evaluation.facts.handlers);
    let mentioned = |name| evaluations.iter().any(|evaluation| evaluation.facts.mentioned.contains(&name));
    // Declared on one node is enough.
    let declared: HashSet<_> = handlers().filter(|handler| handler.declared).map(|handler| handler.name).collect();
    let mut candidates: BTreeSet<&str> = known.iter().copied().collect();
    for evaluation in evaluations {
        candidates.extend(evaluation.facts.events.iter().map(|name| name.as_str()));
    }
    candidates.extend(handlers().filter(|handler| mentioned(handler.name)).map(|handler| handler.name.as_str()));
    let mut said = HashSet::new();
    let mut found = Vec::new();
    for handler in handlers() {
        let name = handler.name;
        let is_orphan = !declared.contains(&name) && !known.contains(name.as_str()) && !mentioned(name);
        if !is_orphan || !said.insert(handler.span) {
            continue;
        }
        let message = format!("no script raises or publishes {name}, and nothing declares it but its handler");
        let mut diagnostic = Diagnostic::warning(Code::OrphanHandler, handler.span, message);
        diagnostic = match similar(name.as_str(), candidates.iter().copied()) {
            Some(other) => diagnostic.fix(handler.span, other, format!("did you mean {other}?")),
            None => {
                diagnostic.note(format!("if it comes from outside the cluster, declare it: global {name}: event(...);"))
            }
        };
        found.push(diagnostic);
    }
    found
}
