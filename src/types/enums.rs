//! Enumerations. `redef enum` adds names in place.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Type, TypeKind, TypeRef};
use crate::source::Symbol;

/// An enum's names with their values. Names are stored as values print: qualified (`Cluster::MANAGER`) unless they
/// belong to the global module.
#[derive(Debug)]
pub struct EnumType {
    pub name: Symbol,
    entries: RefCell<Entries>,
}

/// The names of an enum at one moment.
#[derive(Clone, Debug)]
pub struct SavedEnum(Entries);

#[derive(Clone, Debug, Default)]
struct Entries {
    in_order: Vec<(Symbol, i32)>,
    by_value: FxHashMap<i32, Symbol>,
    by_name: FxHashMap<Symbol, i32>,
    next: i32,
    /// The values are written out, not counted up.
    explicit: bool,
}

impl EnumType {
    pub fn new(name: Symbol) -> Self {
        EnumType { name, entries: RefCell::default() }
    }

    /// A type of this enum; equal to every other one made from it.
    pub fn to_type(self: &Rc<Self>) -> TypeRef {
        Type::named(TypeKind::Enum(self.clone()), self.name)
    }

    /// Adds a name with an explicit value or the next free one. A second name for a value is allowed, as in Bro;
    /// the value keeps printing by its first. Returns the value, or `None` where the name exists already.
    pub fn add(&self, name: Symbol, value: Option<i32>) -> Option<i32> {
        let mut entries = self.entries.borrow_mut();
        if entries.by_name.contains_key(&name) {
            return None;
        }
        entries.explicit |= value.is_some();
        let value = value.unwrap_or(entries.next);
        entries.next = entries.next.max(value.saturating_add(1));
        entries.in_order.push((name, value));
        entries.by_name.insert(name, value);
        entries.by_value.entry(value).or_insert(name);
        Some(value)
    }

    /// Whether a name with or without a value written out is of another kind than those that are there.
    pub fn would_mix(&self, explicit: bool) -> bool {
        let entries = self.entries.borrow();
        !entries.in_order.is_empty() && entries.explicit != explicit
    }

    pub fn value_of(&self, name: Symbol) -> Option<i32> {
        self.entries.borrow().by_name.get(&name).copied()
    }

    pub fn name_of(&self, value: i32) -> Option<Symbol> {
        self.entries.borrow().by_value.get(&value).copied()
    }

    /// Names and values in the order they were declared.
    pub fn entries(&self) -> Vec<(Symbol, i32)> {
        self.entries.borrow().in_order.clone()
    }

    /// The names as they are now, for [`EnumType::restore`].
    pub fn save(&self) -> SavedEnum {
        SavedEnum(self.entries.borrow().clone())
    }

    /// Goes back to the names of an earlier moment.
    pub fn restore(&self, saved: SavedEnum) {
        self.entries.replace(saved.0);
    }
}
