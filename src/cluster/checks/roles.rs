//! Whether the nodes together make a cluster.

use super::Facts;
use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// There is exactly one manager.
pub(super) fn managers(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let managers: Vec<_> = facts.layout.with_role(Role::Manager).collect();
    match &managers[..] {
        [] => {
            let span = facts.places.layout.unwrap_or(Span::NONE);
            let has_workers = facts.layout.with_role(Role::Worker).next().is_some();
            let message =
                if has_workers { "the layout has workers and no manager" } else { "the layout has no manager" };
            found.push(Diagnostic::error(Code::NoManager, span, message));
        }
        [_] => {}
        [first, rest @ ..] => {
            for other in rest {
                let message = format!("{} is a manager as well as {}", other.name, first.name);
                found.push(
                    Diagnostic::error(Code::SeveralManagers, facts.places.node(&other.name), message)
                        .related(facts.places.node(&first.name), "the first one"),
                );
            }
        }
    }
}

/// Workers and proxies say which manager they dial.
pub(super) fn without_manager(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let manager = facts.layout.with_role(Role::Manager).next();
    for node in &facts.layout.nodes {
        if matches!(node.role, Role::Worker | Role::Proxy) && node.manager.is_none() {
            let span = facts.places.node(&node.name);
            let message = format!("{} names no $manager and dials none", node.name);
            let mut diagnostic = Diagnostic::warning(Code::WithoutManager, span, message);
            if let Some(manager) = manager {
                diagnostic = diagnostic.note(format!("add $manager=\"{}\"", manager.name));
            }
            found.push(diagnostic);
        }
    }
}

/// `Cluster::manager_is_logger` says T without loggers and F with them.
pub(super) fn loggers(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let logger = facts.layout.with_role(Role::Logger).next();
    let span = facts.places.manager_is_logger;
    match (logger, facts.layout.manager_is_logger) {
        (Some(logger), true) => {
            let place = facts.places.node(&logger.name);
            let message = format!("{} is a logger, but Cluster::manager_is_logger is T", logger.name);
            found.push(
                Diagnostic::error(Code::LoggerMismatch, span.unwrap_or(place), message)
                    .note("add to the layout: redef Cluster::manager_is_logger = F;"),
            );
        }
        (None, false) => {
            let message = "Cluster::manager_is_logger is F, but the layout has no logger: nobody writes logs";
            let place = span.or(facts.places.layout).unwrap_or(Span::NONE);
            found.push(Diagnostic::error(Code::LoggerMismatch, place, message));
        }
        _ => {}
    }
}

/// What others dial has a port.
pub(super) fn without_port(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for node in &facts.layout.nodes {
        if node.port.is_set() {
            continue;
        }
        let dialled = match node.role {
            Role::Logger => facts.layout.nodes.len() > 1,
            Role::Proxy => facts.layout.with_role(Role::Worker).next().is_some(),
            Role::Manager | Role::TimeMachine => {
                facts.layout.nodes.iter().any(|other| other.mentions().iter().any(|(_, name)| *name == node.name))
            }
            _ => false,
        };
        if dialled {
            let span = facts.places.node(&node.name);
            let message = format!("other nodes dial {}, which has no port ($p) to listen on", node.name);
            found.push(Diagnostic::error(Code::NoPort, span, message));
        }
    }
}
