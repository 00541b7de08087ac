//! What the user's scripts of one evaluation say about events, topics and nodes, collected while they load.
//!
//! It works on syntax, since bodies that the type checker refuses tell as much here as others. A branch that `@if`
//! leaves out on one node is seen on another.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::rc::Rc;

use super::entries::Entries;
use super::walk::{self, Visit};
use crate::cluster::places::Places;
use crate::engine::Observer;
use crate::program::Program;
use crate::sema::full_name;
use crate::source::{SourceMap, Span, Symbol};
use crate::syntax::ast::{AttributeKind, Decl, DeclKind, Expr, ExprKind, Flavor, FunctionDecl, Literal, VariableDecl};

/// Constants that scripts may compare a node with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Literals {
    pub strings: BTreeSet<Rc<[u8]>>,
    /// Text and whether case matters not.
    pub patterns: BTreeSet<(Rc<[u8]>, bool)>,
    pub addresses: BTreeSet<IpAddr>,
    pub ports: BTreeSet<u16>,
}

impl Literals {
    /// Takes in what `other` has; tells whether there was anything new.
    pub(super) fn extend(&mut self, other: &Literals) -> bool {
        let size = |all: &Literals| all.strings.len() + all.patterns.len() + all.addresses.len() + all.ports.len();
        let before = size(self);
        self.strings.extend(other.strings.iter().cloned());
        self.patterns.extend(other.patterns.iter().cloned());
        self.addresses.extend(&other.addresses);
        self.ports.extend(&other.ports);
        size(self) > before
    }
}

/// A body of an event.
pub(super) struct Handler {
    /// In full where the handler's module holds the event, and as written.
    pub names: [Symbol; 2],
    pub span: Span,
    pub is_used: bool,
}

/// The functions that this module takes note of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Callee {
    /// `Broker::publish(topic, event, arguments)`
    Publish(&'static str),
    /// `Cluster::publish_hrw(pool, key, event, arguments)`
    PublishToPool(&'static str),
    AutoPublish(&'static str),
    /// `Broker::make_event(event, arguments)`
    MakeEvent(&'static str),
    Subscribe,
}

const CALLEES: &[(&str, Callee)] = &[
    ("Broker::publish", Callee::Publish("Broker::publish")),
    ("Cluster::publish", Callee::Publish("Cluster::publish")),
    ("Cluster::publish_hrw", Callee::PublishToPool("Cluster::publish_hrw")),
    ("Cluster::publish_rr", Callee::PublishToPool("Cluster::publish_rr")),
    ("Broker::auto_publish", Callee::AutoPublish("Broker::auto_publish")),
    ("Broker::make_event", Callee::MakeEvent("Broker::make_event")),
    ("Cluster::make_event", Callee::MakeEvent("Cluster::make_event")),
    ("Broker::subscribe", Callee::Subscribe),
    ("Cluster::subscribe", Callee::Subscribe),
    ("Broker::forward", Callee::Subscribe),
];

/// One call of such a function.
pub(super) struct Call {
    pub callee: Callee,
    pub arguments: Vec<Expr>,
    pub module: Symbol,
    pub span: Span,
    /// It runs while the node starts: in `bro_init`.
    pub at_start: bool,
    /// What the names of the body around it surely stand for; `None` for those that change.
    pub locals: Rc<HashMap<Symbol, Option<Expr>>>,
}

/// Everything collected.
#[derive(Default)]
pub(super) struct Survey {
    pub places: Places,
    pub entries: Entries,
    /// Every `@load`, wherever it stands.
    pub loads: Vec<(String, Span)>,
    pub literals: Literals,
    pub handlers: Vec<Handler>,
    pub calls: Vec<Call>,
    /// Names that are used in any way but to handle an event of that name.
    pub mentioned: HashSet<Symbol>,
    /// `$topic=...` in a constructor: pools hear it.
    pub topic_fields: Vec<(Expr, Symbol)>,
    /// Uses of `Cluster::proxy_pool` and its kin.
    pub pools: Vec<(&'static str, Span)>,
}

const POOLS: [&str; 3] = ["Cluster::proxy_pool", "Cluster::worker_pool", "Cluster::logger_pool"];

const START: [&str; 2] = ["bro_init", "zeek_init"];

impl Observer for Survey {
    fn amend(&mut self, program: &Program, declaration: &mut Decl, module: Symbol) {
        if !program.sources.is_embedded(declaration.span.file) {
            self.entries.amend(program, declaration, module);
        }
    }

    fn declaration(&mut self, sources: &SourceMap, declaration: &Decl, module: Symbol) {
        if sources.is_embedded(declaration.span.file) {
            return;
        }
        self.places.observe(declaration, module);
        let no_locals = Rc::new(HashMap::new());
        match &declaration.kind {
            DeclKind::Variable(variable) => self.variable(variable, module, &no_locals),
            DeclKind::Function(function) => self.function(function, module),
            DeclKind::Statement(stmt) => {
                let mut visits = Vec::new();
                walk::statement(stmt, &mut |visit, _| visits.push(visit));
                for visit in visits {
                    self.take(visit, module, false, &no_locals);
                }
            }
            _ => {}
        }
    }

    fn condition(&mut self, sources: &SourceMap, condition: &Expr, module: Symbol) {
        if !sources.is_embedded(condition.span.file) {
            self.expression(condition, module, &Rc::new(HashMap::new()));
        }
    }

    fn load(&mut self, sources: &SourceMap, name: &str, span: Span) {
        if !sources.is_embedded(span.file) {
            self.loads.push((name.to_string(), span));
        }
    }
}

impl Survey {
    fn variable(&mut self, variable: &VariableDecl, module: Symbol, locals: &Rc<HashMap<Symbol, Option<Expr>>>) {
        let Some(init) = &variable.init else { return };
        if full_name(module, variable.name.name).as_str() == "Cluster::nodes" {
            // What an entry says of itself tells no node apart from others.
            for part in parts_of_layout(init) {
                self.expression(part, module, locals);
            }
        } else {
            self.expression(init, module, locals);
        }
    }

    fn function(&mut self, function: &FunctionDecl, module: Symbol) {
        let name = function.name.name;
        if function.flavor == Flavor::Event {
            self.handlers.push(Handler {
                names: [full_name(module, name), full_name(Symbol::new("GLOBAL"), name)],
                span: function.name.span,
                is_used: function.attributes.iter().any(|attribute| attribute.kind == AttributeKind::IsUsed),
            });
        }
        let is_start = function.flavor == Flavor::Event && START.contains(&name.as_str());
        let mut visits = Vec::new();
        let mut locals: HashMap<Symbol, Option<Expr>> = HashMap::new();
        for parameter in &function.signature.parameters {
            locals.insert(parameter.name.name, None);
        }
        walk::block(&function.body, &mut |visit, later| {
            if let Visit::Local(name, value) = visit {
                let seen = locals.contains_key(&name);
                locals.insert(name, value.filter(|_| !seen).cloned());
            }
            visits.push((visit, later));
        });
        let locals = Rc::new(locals);
        for (visit, later) in visits {
            self.take(visit, module, is_start && !later, &locals);
        }
    }

    fn expression(&mut self, expr: &Expr, module: Symbol, locals: &Rc<HashMap<Symbol, Option<Expr>>>) {
        let mut visits = Vec::new();
        walk::expression(expr, &mut |visit, _| visits.push(visit));
        for visit in visits {
            self.take(visit, module, false, locals);
        }
    }

    fn take(&mut self, visit: Visit<'_>, module: Symbol, at_start: bool, locals: &Rc<HashMap<Symbol, Option<Expr>>>) {
        let expr = match visit {
            Visit::Raise(event) => return self.mention(event.name.name, module),
            Visit::Local(..) => return,
            Visit::Expr(expr) => expr,
        };
        match &expr.kind {
            ExprKind::Name(name) => {
                self.mention(*name, module);
                let full = full_name(module, *name);
                if let Some(pool) = POOLS.into_iter().find(|pool| *pool == full.as_str()) {
                    self.pools.push((pool, expr.span));
                }
            }
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::FieldAssign(name, value) if name.name.as_str() == "topic" => {
                self.topic_fields.push(((**value).clone(), module));
            }
            ExprKind::Call(callee, arguments) => {
                let ExprKind::Name(name) = callee.kind else { return };
                let full = full_name(module, name);
                if let Some((_, callee)) = CALLEES.iter().find(|(name, _)| *name == full.as_str()) {
                    self.calls.push(Call {
                        callee: *callee,
                        arguments: arguments.clone(),
                        module,
                        span: expr.span,
                        at_start,
                        locals: locals.clone(),
                    });
                }
            }
            _ => {}
        }
    }

    fn mention(&mut self, name: Symbol, module: Symbol) {
        self.mentioned.insert(full_name(Symbol::new("GLOBAL"), name));
        self.mentioned.insert(full_name(module, name));
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::String(text) => {
                self.literals.strings.insert(text.clone());
            }
            Literal::Pattern { text, ignore_case, .. } => {
                self.literals.patterns.insert((text.clone(), *ignore_case));
            }
            Literal::Addr(address) => {
                self.literals.addresses.insert(*address);
            }
            Literal::Port { number, .. } => {
                self.literals.ports.insert(*number);
            }
            _ => {}
        }
    }
}

/// The expressions in a redefinition of `Cluster::nodes` other than plain keys and plain values of fields.
fn parts_of_layout(init: &Expr) -> Vec<&Expr> {
    let entries = match &init.kind {
        ExprKind::Braces(entries) | ExprKind::Table(entries, _) => &entries[..],
        ExprKind::Assign(..) => std::slice::from_ref(init),
        _ => return vec![init],
    };
    let mut parts = Vec::new();
    for entry in entries {
        let ExprKind::Assign(_, _, value) = &entry.kind else {
            parts.push(entry);
            continue;
        };
        match &value.kind {
            ExprKind::Record(fields) | ExprKind::Call(_, fields) => {
                for field in fields {
                    match &field.kind {
                        ExprKind::FieldAssign(_, value) if matches!(value.kind, ExprKind::Literal(_)) => {}
                        ExprKind::FieldAssign(_, value) if is_names(value) => {}
                        _ => parts.push(field),
                    }
                }
            }
            _ => parts.push(value),
        }
    }
    parts
}

/// `set("worker-1", "worker-2")`, as `$workers` has it.
fn is_names(value: &Expr) -> bool {
    let (ExprKind::Set(elements, _) | ExprKind::Braces(elements) | ExprKind::List(elements)) = &value.kind else {
        return false;
    };
    elements.iter().all(|element| matches!(element.kind, ExprKind::Literal(_)))
}
