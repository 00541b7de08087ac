//! What can be known of a topic before anything runs: constants, `Cluster::node_topic("x")`, and what is put together
//! from them.

use super::survey::Call;
use crate::program::GlobalKind;
use crate::sema::full_name;
use crate::source::{Span, Symbol};
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Literal};
use crate::value::Value;
use crate::vm::Vm;

/// A topic, or what it begins with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Topic {
    pub text: String,
    /// Nothing unknown follows.
    pub exact: bool,
}

/// What an expression says about topics.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Each that it may be.
    pub topics: Vec<Topic>,
    /// The node that it names by a constant.
    pub node: Option<(String, Span)>,
    /// The member of a pool: somebody hears it whenever it is not empty.
    pub pool: bool,
}

/// So many nested expressions are followed.
const DEPTH: usize = 20;

impl Topic {
    fn unknown() -> Topic {
        Topic { text: String::new(), exact: false }
    }

    /// Whether who subscribed to `self` may hear what is published to `topic`: topics match by prefix.
    pub(super) fn may_hear(&self, topic: &Topic) -> bool {
        topic.text.starts_with(&self.text) || !topic.exact && self.text.starts_with(&topic.text)
    }
}

/// Finds out about an expression in a call.
pub(super) fn in_call(vm: &Vm, call: &Call, expr: &Expr) -> Known {
    let locals = |name: Symbol| call.locals.get(&name).map(Option::as_ref);
    Reader { vm, module: call.module, locals: &locals }.read(expr, DEPTH)
}

/// Finds out about an expression outside any function.
pub(super) fn in_module(vm: &Vm, module: Symbol, expr: &Expr) -> Known {
    Reader { vm, module, locals: &|_| None }.read(expr, DEPTH)
}

struct Reader<'a> {
    vm: &'a Vm,
    module: Symbol,
    /// `None` for what is no local; `Some(None)` for one that may be anything.
    locals: &'a dyn Fn(Symbol) -> Option<Option<&'a Expr>>,
}

impl Reader<'_> {
    fn read(&self, expr: &Expr, depth: usize) -> Known {
        let unknown = || Known { topics: vec![Topic::unknown()], ..Known::default() };
        let Some(depth) = depth.checked_sub(1) else { return unknown() };
        match &expr.kind {
            ExprKind::Paren(inner) => self.read(inner, depth),
            ExprKind::Literal(Literal::String(text)) => exactly(String::from_utf8_lossy(text).into_owned()),
            ExprKind::Name(name) => match (self.locals)(*name) {
                Some(Some(value)) => self.read(value, depth),
                Some(None) => unknown(),
                None => self.constant(*name).map_or_else(unknown, exactly),
            },
            ExprKind::Binary(BinaryOp::Add, left, right) => {
                let left = self.read(left, depth);
                join(&left, &self.read(right, depth))
            }
            ExprKind::Chain(first, rest) if rest.iter().all(|(op, _)| *op == BinaryOp::Add) => {
                rest.iter().fold(self.read(first, depth), |known, (_, part)| join(&known, &self.read(part, depth)))
            }
            ExprKind::Conditional(_, then, otherwise) => {
                let mut known = self.read(then, depth);
                known.topics.extend(self.read(otherwise, depth).topics);
                known
            }
            ExprKind::Call(callee, arguments) => {
                let ExprKind::Name(name) = callee.kind else { return unknown() };
                self.call(full_name(self.module, name).as_str(), arguments, depth).unwrap_or_else(unknown)
            }
            _ => unknown(),
        }
    }

    fn call(&self, name: &str, arguments: &[Expr], depth: usize) -> Option<Known> {
        let prefix = match name {
            "Cluster::node_topic" => "Cluster::node_topic_prefix",
            "Cluster::nodeid_topic" => "Cluster::nodeid_topic_prefix",
            "Cluster::hrw_topic" | "Cluster::rr_topic" => {
                return Some(Known { topics: vec![Topic::unknown()], node: None, pool: true });
            }
            "cat" => {
                let parts = arguments.iter().map(|argument| self.read(argument, depth));
                return parts.reduce(|left, right| join(&left, &right));
            }
            _ => return None,
        };
        let argument = self.read(arguments.first()?, depth);
        let named = join(&exactly(self.text(prefix)?), &argument);
        let mut known = join(&named, &exactly(self.text("Cluster::node_topic_end").unwrap_or_default()));
        if let (true, [Topic { text, exact: true }]) = (name == "Cluster::node_topic", &argument.topics[..]) {
            known.node = Some((text.clone(), arguments.first()?.span));
        }
        Some(known)
    }

    /// The text of a constant.
    fn constant(&self, name: Symbol) -> Option<String> {
        let full = [full_name(self.module, name), full_name(Symbol::new("GLOBAL"), name)];
        let found = full.into_iter().find_map(|name| self.vm.program.find(name))?;
        let global = self.vm.program.global(found);
        let is_fixed = matches!(global.kind, GlobalKind::Const | GlobalKind::Option);
        is_fixed.then(|| self.text(global.name.as_str())).flatten()
    }

    fn text(&self, name: &str) -> Option<String> {
        text_of(self.vm, name)
    }
}

/// The value of a global string.
pub(super) fn text_of(vm: &Vm, name: &str) -> Option<String> {
    match vm.global_by_name(name)? {
        Value::String(text) => Some(text.to_lossy().into_owned()),
        _ => None,
    }
}

fn exactly(text: String) -> Known {
    Known { topics: vec![Topic { text, exact: true }], ..Known::default() }
}

fn join(left: &Known, right: &Known) -> Known {
    let mut topics = Vec::new();
    for first in &left.topics {
        if !first.exact {
            topics.push(first.clone());
            continue;
        }
        for second in right.topics.iter().take(8) {
            topics.push(Topic { text: format!("{}{}", first.text, second.text), exact: second.exact });
        }
    }
    Known { topics, node: left.node.clone().or_else(|| right.node.clone()), pool: left.pool }
}

#[cfg(test)]
mod tests {
    use super::Topic;

    #[test]
    fn topics_match_by_prefix_and_what_is_unknown_may_match() {
        let topic = |text: &str, exact| Topic { text: text.into(), exact };
        let hears = |subscribed: &Topic, published: &Topic| subscribed.may_hear(published);
        assert!(hears(&topic("a/b", true), &topic("a/b/c", true)));
        assert!(!hears(&topic("a/b", true), &topic("a/", true)));
        assert!(hears(&topic("a/b", true), &topic("a/", false)));
        assert!(!hears(&topic("a/b", true), &topic("a/c", false)));
        assert!(hears(&topic("", false), &topic("x", true)));
        assert!(!hears(&topic("a/", false), &topic("a", true)));
    }
}
