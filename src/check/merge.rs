//! Equal findings of several nodes are one finding.

use std::collections::HashMap;

use super::evaluate::Evaluation;
use crate::cluster::{Layout, Role};
use crate::diag::{Code, Diagnostic, Severity};
use crate::source::Span;

/// What makes two findings equal.
type Key = (Severity, Code, Span, String, Option<String>);

/// All findings so far, in the order in which they were first seen, with the evaluations that made them.
#[derive(Default)]
pub(super) struct Seen {
    findings: Vec<(Diagnostic, Vec<usize>)>,
    by_key: HashMap<Key, usize>,
}

impl Seen {
    pub(super) fn add(&mut self, evaluation: usize, finding: Diagnostic) {
        let key = (finding.severity, finding.code, finding.span, finding.message.clone(), finding.subject.clone());
        match self.by_key.get(&key).and_then(|at| self.findings.get_mut(*at)) {
            Some((_, evaluations)) => {
                if evaluations.last() != Some(&evaluation) {
                    evaluations.push(evaluation);
                }
            }
            None => {
                self.by_key.insert(key, self.findings.len());
                self.findings.push((finding, vec![evaluation]));
            }
        }
    }

    /// The findings, those that not every node has with a note of where they are. `group_of` has the evaluation that
    /// stands for each node of the layout; evaluation 0 is the one without a node.
    pub(super) fn merged(
        self,
        evaluations: &[Evaluation],
        layout: Option<&Layout>,
        group_of: &[usize],
    ) -> Vec<Diagnostic> {
        let merged = self.findings.into_iter().map(|(finding, seen_by)| {
            let Some(layout) = layout.filter(|_| evaluations.len() > 1) else { return finding };
            match place(layout, group_of, &seen_by) {
                Some(place) => finding.note(place),
                None => finding,
            }
        });
        merged.collect()
    }
}

/// On which nodes, unless on all of them.
fn place(layout: &Layout, group_of: &[usize], seen_by: &[usize]) -> Option<String> {
    let has = |index: usize| group_of.get(index).is_some_and(|evaluation| seen_by.contains(evaluation));
    let (with, without): (Vec<usize>, Vec<usize>) = (0..layout.nodes.len()).partition(|index| has(*index));
    if without.is_empty() {
        return None;
    }
    if with.is_empty() {
        return Some("only where CLUSTER_NODE is not set".into());
    }
    let role_of = |index: &usize| layout.nodes.get(*index).map(|node| node.role);
    let whole: Vec<Role> = Role::ALL
        .into_iter()
        .filter(|role| with.iter().any(|index| role_of(index) == Some(*role)))
        .filter(|role| without.iter().all(|index| role_of(index) != Some(*role)))
        .collect();
    let mut parts: Vec<String> = whole.iter().filter_map(|role| everyone(layout, *role)).collect();
    let names: Vec<&str> = with
        .iter()
        .filter_map(|index| layout.nodes.get(*index))
        .filter(|node| !whole.contains(&node.role) || layout.with_role(node.role).count() == 1)
        .map(|node| node.name.as_str())
        .collect();
    let shown = names.iter().take(3).map(|name| (*name).to_string());
    parts.extend(shown);
    if names.len() > 3 {
        parts.push(format!("{} more", names.len() - 3));
    }
    let last = parts.pop()?;
    let list = if parts.is_empty() { last } else { format!("{} and {last}", parts.join(", ")) };
    Some(format!("on {list} only"))
}

/// `all 4 workers`; one node is named instead.
fn everyone(layout: &Layout, role: Role) -> Option<String> {
    let count = layout.with_role(role).count();
    let name = match role {
        Role::Logger => "loggers",
        Role::Manager => "managers",
        Role::Proxy => "proxies",
        Role::Worker => "workers",
        Role::TimeMachine => "time machines",
        Role::Control => "control nodes",
        Role::None => "nodes without a type",
    };
    (count > 1).then(|| format!("all {count} {name}"))
}
