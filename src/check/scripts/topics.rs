//! Publishing to topics that nobody hears.

use std::collections::{BTreeSet, HashSet};

use super::super::evaluate::{Evaluation, Published};
use super::super::topic::Topic;
use crate::cluster::plan::Plan;
use crate::cluster::{Layout, Role};
use crate::diag::{Code, Diagnostic};
use crate::sema::similar;
use crate::source::Span;

/// Published to a topic that neither the framework nor any script on any node subscribes to. Only what is surely a
/// miss is reported: a subscription to an unknown topic may be to any.
pub(in crate::check) fn unheard(evaluations: &[Evaluation], layout: &Layout) -> Vec<Diagnostic> {
    let subscriptions = subscriptions(evaluations);
    let peers = Peers::of(layout);
    let forwarding = evaluations.iter().any(|evaluation| evaluation.facts.forwarding);
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
        let heard = |topic: &Topic| published.topic.topics.iter().any(|text| topic.may_hear(text));
        let receivers: BTreeSet<Role> =
            subscriptions.iter().filter(|(topic, _)| heard(topic)).map(|(_, role)| *role).collect();
        if receivers.is_empty() {
            found.push(nobody(published, &subscriptions));
        } else if !forwarding {
            found.extend(out_of_reach(published, &publishers(evaluations, published.span), &receivers, &peers));
        }
    }
    found
}

/// Who hears what. [`Role::None`] stands for anybody.
fn subscriptions(evaluations: &[Evaluation]) -> BTreeSet<(Topic, Role)> {
    let mut subscriptions = BTreeSet::new();
    for evaluation in evaluations {
        let facts = &evaluation.facts;
        let heard = facts.heard.iter().map(|(role, text)| (Topic { text: text.clone(), exact: true }, *role));
        subscriptions.extend(heard);
        let role = evaluation.role.unwrap_or(Role::None);
        // What the evaluation without a node subscribes to, nodes do as well, or it is heard by nobody.
        let subscribed = facts.subscribed.iter().filter(|_| evaluation.role.is_some() || evaluations.len() == 1);
        subscriptions.extend(subscribed.map(|topic| (topic.clone(), role)));
    }
    subscriptions
}

/// The roles of the nodes that have this call.
fn publishers(evaluations: &[Evaluation], span: Span) -> BTreeSet<Role> {
    let has = |evaluation: &&Evaluation| evaluation.facts.published.iter().any(|published| published.span == span);
    evaluations.iter().filter(has).filter_map(|evaluation| evaluation.role).collect()
}

/// Which roles have connections.
struct Peers(BTreeSet<(Role, Role)>);

impl Peers {
    fn of(layout: &Layout) -> Peers {
        let mut peers = BTreeSet::new();
        for connection in &Plan::of(layout).connections {
            if let (Some(from), Some(to)) = (layout.node(&connection.from), layout.node(&connection.to)) {
                peers.insert((from.role, to.role));
                peers.insert((to.role, from.role));
            }
        }
        Peers(peers)
    }
}

/// Published only by nodes that have no connection to those that hear it: Broker does not pass messages on.
fn out_of_reach(
    published: &Published,
    publishers: &BTreeSet<Role>,
    receivers: &BTreeSet<Role>,
    peers: &Peers,
) -> Option<Diagnostic> {
    let reaches = |from: &Role| receivers.iter().any(|to| *to == Role::None || peers.0.contains(&(*from, *to)));
    if publishers.is_empty() || publishers.iter().any(reaches) {
        return None;
    }
    let list = |roles: &BTreeSet<Role>| roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ");
    let (from, to) = (list(publishers), list(receivers));
    let message = if from == to {
        format!("nodes of type {from} publish this to their own type, but have no connections to each other")
    } else {
        format!("published by {from} and heard by {to} only, which have no connection to each other")
    };
    Some(
        Diagnostic::warning(Code::OutOfReach, published.span, message)
            .note("nodes do not pass messages on: publish to the manager or a proxy, and from there"),
    )
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

fn nobody(published: &Published, subscribed: &BTreeSet<(Topic, Role)>) -> Diagnostic {
    let text = published.topic.topics.first().map_or("", |topic| topic.text.as_str());
    let message = format!("{} to \"{text}\", to which no node subscribes", published.function);
    let diagnostic = Diagnostic::warning(Code::UnheardTopic, published.span, message);
    let role = Role::ALL.into_iter().find(|role| {
        let name = role.name().to_ascii_lowercase();
        text.ends_with(&format!("/cluster/{name}"))
    });
    if let Some(role) = role {
        return diagnostic.note(format!("the layout has no node with $node_type=Cluster::{}", role.name()));
    }
    match similar(text, subscribed.iter().map(|(topic, _)| topic.text.as_str())) {
        Some(other) => diagnostic.note(format!("there is a subscription to \"{other}\"")),
        None => diagnostic.note(format!("receivers call Broker::subscribe(\"{text}\")")),
    }
}
