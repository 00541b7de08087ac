//! The entries of a layout that the type checker refuses, each looked at on its own: the checker gives up a
//! redefinition as a whole, and its messages speak of records and coercions.

use crate::cluster::Role;
use crate::diag::{Code, Diagnostic};
use crate::sema::{full_name, similar};
use crate::source::{Span, Symbol};
use crate::syntax::ast::{Decl, DeclKind, Expr, ExprKind, Literal};

use super::hints;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Type,
    Address,
    Port,
    Text,
    Names,
}

/// The fields of `Cluster::Node` of all releases.
const FIELDS: &[(&str, Kind)] = &[
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

const REQUIRED: [&str; 2] = ["node_type", "ip"];

/// What was found in the entries so far.
#[derive(Default)]
pub(super) struct Entries {
    /// Fields that scripts add to the record.
    added: Vec<Symbol>,
    pub found: Vec<Diagnostic>,
    /// The entries in which something was found.
    wrong: Vec<Span>,
}

impl Entries {
    pub(super) fn observe(&mut self, decl: &Decl, module: Symbol) {
        match &decl.kind {
            DeclKind::RedefRecord { name, fields, .. } if full_name(module, name.name).as_str() == "Cluster::Node" => {
                self.added.extend(fields.iter().map(|field| field.name.name));
            }
            DeclKind::Variable(variable) if full_name(module, variable.name.name).as_str() == "Cluster::nodes" => {
                let entries = match variable.init.as_ref().map(|init| &init.kind) {
                    Some(ExprKind::Braces(entries) | ExprKind::Table(entries, _)) => &entries[..],
                    _ => return,
                };
                for entry in entries {
                    if let ExprKind::Assign(_, key, value) = &entry.kind {
                        self.entry(key, value);
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether a finding of the type checker is about an entry that was explained here.
    pub(super) fn explains(&self, diagnostic: &Diagnostic) -> bool {
        let about_types = matches!(diagnostic.code, Code::UnknownField | Code::TypeMismatch | Code::BadInitializer);
        let span = diagnostic.span;
        about_types
            && self.wrong.iter().any(|wrong| {
                wrong.file == span.file && wrong.start <= span.start && span.end <= wrong.end.max(span.start)
            })
    }

    fn entry(&mut self, key: &Expr, value: &Expr) {
        let (ExprKind::Record(fields) | ExprKind::Call(_, fields)) = &value.kind else { return };
        let before = self.found.len();
        let mut seen: Vec<&str> = Vec::new();
        let mut guessed: Vec<&str> = Vec::new();
        for field in fields {
            let ExprKind::FieldAssign(name, value) = &field.kind else { continue };
            let text = name.name.as_str();
            match FIELDS.iter().find(|(known, _)| *known == text) {
                Some((known, kind)) => {
                    seen.push(known);
                    self.found.extend(wrong_value(known, *kind, value));
                }
                None if self.added.contains(&name.name) => {}
                None => {
                    let (diagnostic, meant) = unknown(text, name.span);
                    guessed.extend(meant);
                    self.found.push(diagnostic);
                }
            }
        }
        for required in REQUIRED {
            if !seen.contains(&required) && !guessed.contains(&required) {
                let message = format!("an entry of Cluster::nodes without ${required}");
                self.found.push(Diagnostic::error(Code::BadInitializer, key.span, message).note(match required {
                    "ip" => "every node has an address: $ip=10.0.0.1",
                    _ => "every node has a type: $node_type=Cluster::WORKER, or MANAGER, PROXY, LOGGER",
                }));
            }
        }
        if self.found.len() > before {
            self.wrong.push(key.span.to(value.span));
        }
    }
}

/// A field that no release has, with the one that was meant.
fn unknown(name: &str, span: Span) -> (Diagnostic, Option<&'static str>) {
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

/// A constant of the wrong kind. What is computed is left to the type checker.
fn wrong_value(field: &str, kind: Kind, value: &Expr) -> Option<Diagnostic> {
    let ExprKind::Literal(literal) = &value.kind else { return None };
    let wrong = |what: &str| Diagnostic::error(Code::TypeMismatch, value.span, format!("${field} must be {what}"));
    let text = match literal {
        Literal::String(text) => String::from_utf8_lossy(text).into_owned(),
        _ => String::new(),
    };
    Some(match (kind, literal) {
        (Kind::Address, Literal::Addr(_)) | (Kind::Port, Literal::Port { .. }) | (Kind::Text, Literal::String(_)) => {
            return None;
        }
        (Kind::Address, Literal::HostName(_)) => {
            wrong("an address").note("a host name stands for all of its addresses: write the one to use")
        }
        (Kind::Address, Literal::String(_)) if text.parse::<std::net::IpAddr>().is_ok() => {
            let written = if text.contains(':') { format!("[{text}]") } else { text };
            wrong("an address").fix(value.span, written.clone(), format!("without quotes: {written}"))
        }
        (Kind::Address, _) => wrong("an address").note("for instance 10.0.0.1 or [2001:db8::1], without quotes"),
        (Kind::Port, Literal::Count(number)) => {
            wrong("a port").fix(value.span, format!("{number}/tcp"), format!("with its protocol: {number}/tcp"))
        }
        (Kind::Port, Literal::String(_)) if text.ends_with("/tcp") => {
            wrong("a port").fix(value.span, text.clone(), format!("without quotes: {text}"))
        }
        (Kind::Port, _) => wrong("a port").note("for instance 47760/tcp"),
        (Kind::Text, _) => wrong("a string").note("a name in quotes"),
        (Kind::Names, Literal::String(_)) => {
            let written = format!("set(\"{text}\")");
            wrong("a set of names").fix(value.span, written.clone(), format!("write {written}"))
        }
        (Kind::Names, _) => wrong("a set of names").note("for instance set(\"worker-1\", \"worker-2\")"),
        (Kind::Type, _) => {
            let named = Role::ALL.into_iter().find(|role| role.name().eq_ignore_ascii_case(&text));
            match named {
                Some(role) => {
                    let written = format!("Cluster::{}", role.name());
                    wrong("a Cluster::NodeType").fix(value.span, written.clone(), format!("write {written}"))
                }
                None => wrong("a Cluster::NodeType").note("for instance Cluster::WORKER"),
            }
        }
    })
}
