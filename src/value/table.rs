//! Tables and sets.

use std::cell::RefCell;

use crate::types::{ThunkId, TypeRef};

/// What a table value carries along from its declaration. Shared by all values made from it; a copy keeps it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableAttributes {
    /// `&default`: a value, or a function called with the index.
    pub default: Option<ThunkId>,
    /// `&default_insert`: what `&default` gives is also inserted.
    pub default_insert: bool,
    pub expire: Option<(ExpireKind, ThunkId)>,
    pub expire_func: Option<ThunkId>,
    /// `&on_change`: called with table, kind of change, index and old value.
    pub on_change: Option<ThunkId>,
}

/// What an entry's age counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpireKind {
    Create,
    Read,
    Write,
}

#[derive(Debug)]
pub struct TableObject {
    /// Always of kind `Table`.
    pub ty: TypeRef,
    pub attributes: RefCell<Option<std::rc::Rc<TableAttributes>>>,
}

/// The state of a `for` over a container.
#[derive(Debug)]
pub struct TableIterator;
