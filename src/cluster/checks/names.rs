//! Names of nodes.

use super::Facts;
use crate::diag::{Code, Diagnostic};

/// Topics match by prefix: what is meant for one node also reaches those whose names go on.
pub(super) fn prefixes(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut names: Vec<&str> = facts.layout.nodes.iter().map(|node| node.name.as_str()).collect();
    names.sort_unstable();
    // In sorted order the names that begin with a name follow it directly.
    let mut at = 0;
    while at < names.len() {
        let name = names[at];
        let longer = names[at + 1..].iter().take_while(|other| other.starts_with(name)).count();
        if longer > 0 {
            let examples = names[at + 1..=at + longer].iter().take(3).copied().collect::<Vec<_>>().join(", ");
            let more = if longer > 3 { format!(" and {} more", longer - 3) } else { String::new() };
            let message = format!("what is published to the topic of {name} also reaches {examples}{more}");
            found.push(
                Diagnostic::warning(Code::PrefixName, facts.places.node(name), message)
                    .note("Zeek from 4.0 on ends these topics with a slash"),
            );
        }
        at += 1;
    }
}
