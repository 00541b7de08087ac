//! A global identifier with everything declared about it.

use std::rc::Rc;

use crate::source::{Span, Symbol};
use crate::types::{Parameter, ThunkId, TypeRef};
use crate::value::table::TableAttributes;

#[derive(Clone, Debug)]
pub struct Global {
    /// With its module, unless that is `GLOBAL`: `Cluster::nodes`, `strlen`.
    pub name: Symbol,
    /// The type of the value; for a type name, the named type itself.
    pub ty: TypeRef,
    pub kind: GlobalKind,
    pub attributes: Attributes,
    /// Visible without prefix in other modules only if it is in `GLOBAL`; with prefix only if exported.
    pub exported: bool,
    pub span: Span,
    /// The `##` comment, without marks.
    pub doc: Option<Rc<str>>,
    /// Where a function's body stands, once it has one.
    pub body_span: Option<Span>,
    /// Redefinitions, in order: where each stands.
    pub redefs: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GlobalKind {
    /// `global`; also functions, events and hooks, whose type says so.
    Variable,
    /// `const`: assignable only by `redef`.
    Const,
    /// `option`: changed only through `Option::set`.
    Option,
    Type,
    /// One name of an enum, with its value.
    EnumConst(i32),
    /// A native function: index into the table of natives.
    Native(u32),
}

/// Attributes of a global, checked. Those without meaning here are not kept.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    pub redef: bool,
    pub optional: bool,
    pub log: bool,
    pub raw_output: bool,
    pub error_handler: bool,
    /// `&deprecated`, with the text behind it or an empty one.
    pub deprecated: Option<Rc<str>>,
    pub default: Option<ThunkId>,
    /// For tables and sets: what their values carry.
    pub table: Option<Rc<TableAttributes>>,
    /// The expiry attribute as messages show it.
    pub expire_text: Option<Rc<str>>,
    /// `&add_func`, `&delete_func`: what `redef +=` and `-=` call instead of adding and removing.
    pub add_func: Option<ThunkId>,
    pub delete_func: Option<ThunkId>,
    /// `&is_used` and the like: keep the checker from calling it unused.
    pub used: bool,
    /// Of events and hooks: other parameter lists that handlers may have.
    pub prototypes: Vec<Prototype>,
}

/// A further declaration of an event or hook: which of its parameters handlers take, and in which order.
#[derive(Clone, Debug)]
pub struct Prototype {
    pub parameters: Vec<Parameter>,
    /// `&deprecated`, with the text behind it or an empty one.
    pub deprecated: Option<Rc<str>>,
    pub span: Span,
}
