//! Publishing to topics that nobody hears.

use std::collections::{BTreeSet, HashSet};

use super::super::evaluate::{Evaluation, Published};
use super::super::topic::Topic;
use crate::cluster::{Layout, Role};
use crate::diag::{Code, Diagnostic};
use crate::sema::similar;

/// Published to a topic that neither the framework nor any script on any node subscribes to. Only what is surely a
/// miss is reported: a subscription to an unknown topic may be to any.
pub(in crate::check) fn unheard(evaluations: &[Evaluation], layout: &Layout) -> Vec<Diagnostic> {
    let mut subscribed: BTreeSet<Topic> = BTreeSet::new();
    for evaluation in evaluations {
        subscribed.extend(evaluation.facts.subscribed.iter().cloned());
        let heard = evaluation.facts.heard.iter();
        subscribed.extend(heard.map(|(_, text)| Topic { text: text.clone(), exact: true }));
    }
    let mut said = HashSet::new();
    let mut found = Vec::new();
    for published in evaluations.iter().flat_map(|evaluation| &evaluation.facts.published) {
        if published.topic.pool || published.topic.topics.is_empty() || !said.insert(published.span) {
            continue;
        }
        if let Some(diagnostic) = unknown_node(published, layout) {
            found.push(diagnostic);
            continue;
        }
        let heard = published.topic.topics.iter().any(|topic| subscribed.iter().any(|known| known.may_hear(topic)));
        if !heard {
            found.push(nobody(published, &subscribed));
        }
    }
    found
}

/// `Cluster::node_topic("x")` where no node is called so.
fn unknown_node(published: &Published, layout: &Layout) -> Option<Diagnostic> {
    let (name, span) = published.topic.node.as_ref()?;
    if layout.node(name).is_some() {
        return None;
    }
    let message = format!("nobody hears this: the layout has no node {name}");
    let diagnostic = Diagnostic::warning(Code::UnheardTopic, *span, message);
    let names = layout.nodes.iter().map(|node| node.name.as_str());
    Some(match similar(name, names) {
        Some(other) => diagnostic.fix(*span, format!("\"{other}\""), format!("did you mean \"{other}\"?")),
        None => diagnostic,
    })
}

fn nobody(published: &Published, subscribed: &BTreeSet<Topic>) -> Diagnostic {
    let text = published.topic.topics.first().map_or("", |topic| topic.text.as_str());
    let message = format!("{} to \"{text}\", to which no node subscribes", published.function);
    let diagnostic = Diagnostic::warning(Code::UnheardTopic, published.span, message);
    let roles = Role::ALL.into_iter().find(|role| {
        let name = role.name().to_ascii_lowercase();
        text.ends_with(&format!("/cluster/{name}"))
    });
    if let Some(role) = roles {
        return diagnostic.note(format!("the layout has no node with $node_type=Cluster::{}", role.name()));
    }
    match similar(text, subscribed.iter().map(|topic| topic.text.as_str())) {
        Some(other) => diagnostic.note(format!("there is a subscription to \"{other}\"")),
        None => diagnostic.note(format!("receivers call Broker::subscribe(\"{text}\")")),
    }
}
