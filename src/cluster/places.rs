//! Where the entries of `Cluster::nodes` stand in the sources, collected from the declarations as they are loaded.

use rustc_hash::FxHashMap;

use crate::source::{Span, Symbol};
use crate::syntax::ast::{AssignOp, Decl, DeclKind, Expr, ExprKind, Literal};

/// The place of one node's entry.
#[derive(Clone, Debug, Default)]
pub struct NodePlace {
    pub name: Option<Span>,
    /// By field: the field's name and its value.
    pub fields: FxHashMap<&'static str, (Span, Span)>,
}

/// The places of a layout. Entries that a script computes have none.
#[derive(Clone, Debug, Default)]
pub struct Places {
    nodes: FxHashMap<String, NodePlace>,
    /// Where `Cluster::nodes` and `Cluster::manager_is_logger` were last redefined.
    pub layout: Option<Span>,
    pub manager_is_logger: Option<Span>,
}

impl Places {
    /// Takes note of a declaration; `module` is the one in force.
    pub fn observe(&mut self, decl: &Decl, module: Symbol) {
        let DeclKind::Variable(variable) = &decl.kind else { return };
        let name = variable.name.name.as_str();
        let is = |wanted: &str| {
            name == wanted || (module.as_str() == "Cluster" && wanted.strip_prefix("Cluster::") == Some(name))
        };
        let Some(init) = &variable.init else { return };
        if is("Cluster::manager_is_logger") {
            self.manager_is_logger = Some(variable.name.span.to(init.span));
        } else if is("Cluster::nodes") {
            self.layout = Some(variable.name.span);
            self.entries(init);
        }
    }

    /// Takes note of a node that something else than a script says.
    pub fn insert(&mut self, name: &str, place: NodePlace) {
        self.nodes.insert(name.to_string(), place);
    }

    fn entries(&mut self, init: &Expr) {
        let entries = match &init.kind {
            ExprKind::Braces(entries) | ExprKind::Table(entries, _) => &entries[..],
            ExprKind::Assign(..) => std::slice::from_ref(init),
            _ => return,
        };
        for entry in entries {
            let ExprKind::Assign(AssignOp::Assign, key, value) = &entry.kind else { continue };
            let Some((name, span)) = literal_key(key) else { continue };
            let mut place = NodePlace { name: Some(span), ..NodePlace::default() };
            let fields = match &value.kind {
                ExprKind::Record(fields) | ExprKind::Call(_, fields) => &fields[..],
                _ => &[],
            };
            for field in fields {
                if let ExprKind::FieldAssign(field, value) = &field.kind {
                    place.fields.insert(field.name.as_str(), (field.span, value.span));
                }
            }
            self.nodes.insert(name, place);
        }
    }

    /// The place of a node's name, or of the layout, or none.
    pub fn node(&self, name: &str) -> Span {
        self.nodes.get(name).and_then(|place| place.name).or(self.layout).unwrap_or(Span::NONE)
    }

    /// The place of a field's value, or of the node.
    pub fn value(&self, name: &str, field: &str) -> Span {
        let place = self.nodes.get(name).and_then(|place| place.fields.get(field));
        place.map_or_else(|| self.node(name), |(_, value)| *value)
    }

    /// The place of a field's name, or of the node.
    pub fn field(&self, name: &str, field: &str) -> Span {
        let place = self.nodes.get(name).and_then(|place| place.fields.get(field));
        place.map_or_else(|| self.node(name), |(field, _)| *field)
    }
}

fn literal_key(key: &Expr) -> Option<(String, Span)> {
    let key = match &key.kind {
        ExprKind::List(elements) => match &elements[..] {
            [only] => only,
            _ => return None,
        },
        _ => key,
    };
    match &key.kind {
        ExprKind::Literal(Literal::String(text)) => Some((String::from_utf8_lossy(text).into_owned(), key.span)),
        _ => None,
    }
}
