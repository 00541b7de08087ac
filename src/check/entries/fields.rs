//! What a field of `Cluster::Node` may hold, and what to say where it holds something else.

use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};
use crate::sema::{full_name, similar};
use crate::source::{Span, Symbol};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Literal};

use super::super::hints;
use super::Scope;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Type,
    Address,
    Port,
    Text,
    Names,
}

/// The fields of `Cluster::Node` of all releases.
pub(super) const FIELDS: &[(&str, Kind)] = &[
    ("node_type", Kind::Type),
    ("ip", Kind::Address),
    ("zone_id", Kind::Text),
    ("p", Kind::Port),
    ("interface", Kind::Text),
    ("manager", Kind::Text),
    ("time_machine", Kind::Text),
    ("id", Kind::Text),
    ("logger", Kind::Text),
    ("proxy", Kind::Text),
    ("workers", Kind::Names),
    ("metrics_port", Kind::Port),
];

pub(super) fn kind_of(field: &str) -> Option<Kind> {
    FIELDS.iter().find(|(known, _)| *known == field).map(|(_, kind)| *kind)
}

/// A field that no release has, with the one that was meant.
pub(super) fn unknown(name: &str, span: Span) -> (Diagnostic, Option<&'static str>) {
    let diagnostic = Diagnostic::error(Code::UnknownField, span, format!("Cluster::Node has no field ${name}"));
    if let Some((field, advice)) = hints::node_cfg(name) {
        let diagnostic = diagnostic.note(format!("`{name}` is a key of node.cfg: {advice}"));
        return match field {
            Some(field) => (diagnostic.fix(span, field, format!("the field is called ${field}")), Some(field)),
            None => (diagnostic, None),
        };
    }
    match similar(name, FIELDS.iter().map(|(field, _)| *field)) {
        Some(field) => {
            let known = FIELDS.iter().find(|(known, _)| *known == field).map(|(known, _)| *known);
            (diagnostic.fix(span, field, format!("did you mean ${field}?")), known)
        }
        None => {
            let all: Vec<&str> = FIELDS.iter().map(|(field, _)| *field).collect();
            (diagnostic.note(format!("it has: {}", all.join(", "))), None)
        }
    }
}

/// What is wrong with a field's value: constants of the wrong kind, and names that nothing has. What is computed is
/// left to the type checker.
pub(super) fn wrong_value(scope: &Scope<'_>, field: &str, kind: Kind, value: &Expr) -> Option<Diagnostic> {
    match &value.kind {
        ExprKind::Literal(literal) => wrong_constant(field, kind, literal, value.span),
        ExprKind::Name(name) if !scope.knows(*name) => Some(unknown_name(scope, kind, *name, value.span)),
        // `27762 /tcp`
        ExprKind::Binary(BinaryOp::Divide, number, protocol) if kind == Kind::Port => {
            let (ExprKind::Literal(Literal::Count(number)), ExprKind::Name(protocol)) = (&number.kind, &protocol.kind)
            else {
                return None;
            };
            let protocol = protocol.as_str().to_lowercase();
            let written = format!("{number}/{protocol}");
            let diagnostic = wrong(field, kind, value.span);
            matches!(protocol.as_str(), "tcp" | "udp" | "icmp").then(|| {
                let message = format!("in one word and in small letters: {written}");
                diagnostic.fix(value.span, written, message)
            })
        }
        _ => None,
    }
}

fn wrong(field: &str, kind: Kind, span: Span) -> Diagnostic {
    let what = match kind {
        Kind::Type => "a Cluster::NodeType",
        Kind::Address => "an address",
        Kind::Port => "a port",
        Kind::Text => "a string",
        Kind::Names => "a set of names",
    };
    Diagnostic::error(Code::TypeMismatch, span, format!("${field} must be {what}"))
}

fn wrong_constant(field: &str, kind: Kind, literal: &Literal, span: Span) -> Option<Diagnostic> {
    let wrong = wrong(field, kind, span);
    let text = match literal {
        Literal::String(text) => String::from_utf8_lossy(text).into_owned(),
        _ => String::new(),
    };
    Some(match (kind, literal) {
        (Kind::Address, Literal::Addr(_)) | (Kind::Port, Literal::Port { .. }) | (Kind::Text, Literal::String(_)) => {
            return None;
        }
        (Kind::Address, Literal::HostName(name)) if name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') => {
            wrong.note(format!("{name} is no address: one of IPv4 has four numbers, such as 10.0.0.1"))
        }
        (Kind::Address, Literal::HostName(_)) => {
            wrong.note("a host name stands for all of its addresses: write the one to use")
        }
        (Kind::Address, Literal::String(_)) if text.parse::<std::net::IpAddr>().is_ok() => {
            let written = if text.contains(':') { format!("[{text}]") } else { text };
            wrong.fix(span, written.clone(), format!("without quotes: {written}"))
        }
        (Kind::Address, _) => wrong.note("for instance 10.0.0.1 or [2001:db8::1], without quotes"),
        (Kind::Port, Literal::Count(number)) => {
            wrong.fix(span, format!("{number}/tcp"), format!("with its protocol: {number}/tcp"))
        }
        (Kind::Port, Literal::String(_)) if text.ends_with("/tcp") => {
            wrong.fix(span, text.clone(), format!("without quotes: {text}"))
        }
        (Kind::Port, _) => wrong.note("for instance 47760/tcp"),
        (Kind::Text, Literal::HostName(name)) => {
            wrong.fix(span, format!("\"{name}\""), format!("in quotes: \"{name}\""))
        }
        (Kind::Text, _) => wrong.note("a name in quotes"),
        (Kind::Names, Literal::String(_)) => {
            let written = format!("set(\"{text}\")");
            wrong.fix(span, written.clone(), format!("write {written}"))
        }
        (Kind::Names, _) => wrong.note("for instance set(\"worker-1\", \"worker-2\")"),
        (Kind::Type, _) => {
            // "worker" and Cluster.WORKER
            let text = match literal {
                Literal::HostName(name) => name.rsplit('.').next().unwrap_or_default().to_string(),
                _ => text,
            };
            match role_like(&text) {
                Some(role) => {
                    let written = format!("Cluster::{}", role.name());
                    wrong.fix(span, written.clone(), format!("write {written}"))
                }
                None => wrong.note("for instance Cluster::WORKER"),
            }
        }
    })
}

/// The role that a word was meant for.
pub(super) fn role_like(word: &str) -> Option<Role> {
    let named = |name: &str| Role::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(name));
    named(word).or_else(|| named(similar(word, Role::ALL.into_iter().map(Role::name))?))
}

/// A name that nothing has.
fn unknown_name(scope: &Scope<'_>, kind: Kind, name: Symbol, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(Code::UnknownIdentifier, span, format!("unknown identifier {name}"));
    if kind == Kind::Type {
        let role = role_like(name.as_str().rsplit("::").next().unwrap_or_default());
        return match role {
            Some(role) => {
                let written = format!("Cluster::{}", role.name());
                let message = format!("did you mean {written}?");
                diagnostic.fix(span, written, message)
            }
            None => diagnostic.note("the types of nodes are Cluster::MANAGER, WORKER, PROXY, LOGGER and TIME_MACHINE"),
        };
    }
    let full = full_name(scope.module, name);
    let candidates: Vec<&str> = scope.program.globals().map(|(_, global)| global.name.as_str()).collect();
    match similar(full.as_str(), candidates.into_iter()) {
        Some(other) => diagnostic.fix(span, other, format!("did you mean {other}?")),
        None if kind == Kind::Text => {
            diagnostic.fix(span, format!("\"{name}\""), format!("a name in quotes: \"{name}\""))
        }
        None => diagnostic,
    }
}
