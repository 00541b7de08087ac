//! Tables and sets.
//!
//! A table keeps its entries in the order of insertion; overwriting keeps the place. An index is a slice of columns,
//! as many as the type has. Nothing stays borrowed across a call, so scripts may run between any two of them.
//!
//! Three kinds of look-up: by equality; in a table with one `subnet` column by longest prefix, where an `addr` or a
//! narrower `subnet` finds the entry that covers it; and [`TableObject::matching`] for a `pattern` column. Changing a
//! table always takes the exact index.

mod entries;
mod expire;
mod iterator;
pub mod order;
mod patterns;
mod prefixes;
mod rows;
mod sets;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use entries::Entries;
pub use entries::Key;
pub use expire::Expired;
pub use iterator::TableIterator;
use patterns::Patterns;
use prefixes::{Prefixes, as_net};

use super::compare::hash_subnet;
use super::release::release;
use super::{Subnet, Value, copy};
use crate::types::{ThunkId, TypeRef, TypeTag};

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
    pub attributes: RefCell<Option<Rc<TableAttributes>>>,
    entries: RefCell<Entries>,
    /// For a table with one `subnet` column: the widths in it.
    prefixes: Option<Box<RefCell<Prefixes>>>,
    /// For a table with one `pattern` column.
    patterns: Option<Box<Patterns>>,
    /// How many iterators count on slot numbers.
    iterators: Cell<u32>,
}

impl TableObject {
    /// An empty table or set of type `ty`.
    pub fn new(ty: TypeRef) -> Self {
        let (index, yields) = ty.as_table().unwrap_or((&[], None));
        let only = |tag| matches!(index, [single] if single.is(tag));
        let entries = RefCell::new(Entries::new(index.len(), yields.is_some()));
        let prefixes = only(TypeTag::Subnet).then(Box::default);
        let patterns = only(TypeTag::Pattern).then(Box::default);
        TableObject { ty, attributes: RefCell::default(), entries, prefixes, patterns, iterators: Cell::new(0) }
    }

    pub fn with_attributes(ty: TypeRef, attributes: Option<Rc<TableAttributes>>) -> Self {
        let table = TableObject::new(ty);
        table.attributes.replace(attributes);
        table
    }

    pub fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn is_set(&self) -> bool {
        self.ty.is(TypeTag::Set)
    }

    /// How many columns an index has.
    pub fn columns(&self) -> usize {
        self.entries.borrow().stride()
    }

    #[inline]
    fn find(&self, key: &[Value]) -> Option<usize> {
        if let Some(prefixes) = &self.prefixes {
            return self.find_prefix(prefixes, key);
        }
        self.entries.borrow().find(key)
    }

    #[inline]
    fn find_exact(&self, key: &[Value]) -> Option<usize> {
        if self.prefixes.is_some() {
            return self.find_net(as_net(key)?);
        }
        self.entries.borrow().find(key)
    }

    fn find_net(&self, net: Subnet) -> Option<usize> {
        let entries = self.entries.borrow();
        entries.find_by(hash_subnet(net, entries.seed()), |column| column.as_subnet() == Some(net))
    }

    fn find_prefix(&self, prefixes: &RefCell<Prefixes>, key: &[Value]) -> Option<usize> {
        let net = as_net(key)?;
        prefixes.borrow().candidates(net).find_map(|candidate| self.find_net(candidate))
    }

    /// The value of an index; [`Value::Unset`] for a member of a set.
    #[inline]
    pub fn get(&self, key: &[Value]) -> Option<Value> {
        self.look(key, Value::clone)
    }

    /// Looks at the value of an index; `look` must not change this table.
    #[inline]
    pub fn look<R>(&self, key: &[Value], look: impl FnOnce(&Value) -> R) -> Option<R> {
        let found = match &self.prefixes {
            Some(prefixes) => self.find_prefix(prefixes, key),
            None => self.entries.borrow().find(key),
        };
        let entries = self.entries.borrow();
        found.map(|slot| look(entries.value(slot)))
    }

    /// [`TableObject::get`], which also counts as a read for `&read_expire`.
    pub fn get_at(&self, key: &[Value], now: f64) -> Option<Value> {
        let slot = self.find(key)?;
        if self.expire_kind() == Some(ExpireKind::Read) {
            self.entries.borrow_mut().set_stamp(slot, now);
        }
        Some(self.entries.borrow().value(slot).clone())
    }

    /// `in`: by the table's kind of look-up.
    #[inline]
    pub fn contains(&self, key: &[Value]) -> bool {
        match key {
            [Value::String(text)] if self.is_by_pattern() => self.matches_any(text.as_bytes()),
            _ => self.find(key).is_some(),
        }
    }

    /// Whether this very index is there, also in a table of subnets.
    pub fn contains_exact(&self, key: &[Value]) -> bool {
        self.find_exact(key).is_some()
    }

    /// Changes the value of an index in place, for `+=` and `++`; `None` where there is no such index. `change` must
    /// not touch this table.
    #[inline]
    pub fn update<R>(&self, key: &[Value], change: impl FnOnce(&mut Value) -> R) -> Option<R> {
        let slot = self.find_exact(key)?;
        self.entries.borrow_mut().value_mut(slot).map(change)
    }

    /// Sets the value of an index ([`Value::Unset`] for a set) and returns the old one where there was one. Records,
    /// vectors and tables in the index are copied.
    #[inline]
    pub fn insert(&self, key: &[Value], value: Value) -> Option<Value> {
        self.insert_at(key, value, 0.0)
    }

    /// [`TableObject::insert`] at a time, for tables whose entries expire.
    pub fn insert_at(&self, key: &[Value], value: Value, now: f64) -> Option<Value> {
        let (slot, old) = match &self.prefixes {
            None if key.iter().any(copy::is_container) => {
                let key: Key = key.iter().map(copy::freeze).collect();
                self.entries.borrow_mut().insert(&key, value)
            }
            None => self.entries.borrow_mut().insert(key, value),
            Some(prefixes) => {
                let key = [as_net(key)?.to_value()];
                let (slot, old) = self.entries.borrow_mut().insert(&key, value);
                if old.is_none() {
                    prefixes.borrow_mut().add(&key);
                }
                (slot, old)
            }
        };
        if let Some(patterns) = &self.patterns {
            patterns.forget();
        }
        if let Some(kind) = self.expire_kind()
            && (old.is_none() || kind != ExpireKind::Create)
        {
            self.entries.borrow_mut().set_stamp(slot, now);
        }
        old
    }

    /// Removes an index and returns its value where it was there.
    pub fn remove(&self, key: &[Value]) -> Option<Value> {
        let direct = self.prefixes.is_none() && !key.iter().any(copy::is_container);
        let slot = if direct { None } else { Some(self.find_exact(key)?) };
        let (key, value) = {
            let mut entries = self.entries.borrow_mut();
            let removed = match slot {
                Some(slot) => entries.remove(slot)?,
                None => entries.remove_key(key)?,
            };
            if self.iterators.get() == 0 {
                entries.tidy();
            }
            removed
        };
        if let Some(prefixes) = &self.prefixes {
            prefixes.borrow_mut().remove(&key);
        }
        if let Some(patterns) = &self.patterns {
            patterns.forget();
        }
        Some(value)
    }

    /// Removes everything.
    pub fn clear(&self) {
        let old = self.entries.borrow_mut().take_all();
        if let Some(prefixes) = &self.prefixes {
            prefixes.borrow_mut().clear();
        }
        if let Some(patterns) = &self.patterns {
            patterns.forget();
        }
        drop(old);
    }

    /// A table of the same entries, sharing the values, with the same attributes and ages.
    pub(super) fn shallow_copy(&self) -> TableObject {
        TableObject {
            ty: self.ty.clone(),
            attributes: self.attributes.clone(),
            entries: self.entries.clone(),
            prefixes: self.prefixes.clone(),
            patterns: self.patterns.as_ref().map(|_| Box::default()),
            iterators: Cell::new(0),
        }
    }

    /// Takes the entries and attributes of a copy made before.
    pub(super) fn restore(&self, saved: TableObject) {
        self.attributes.replace(saved.attributes.take());
        let made_since = self.entries.replace(saved.entries.take());
        if let (Some(prefixes), Some(saved)) = (&self.prefixes, &saved.prefixes) {
            prefixes.replace(saved.take());
        }
        if let Some(patterns) = &self.patterns {
            patterns.forget();
        }
        drop(saved);
        drop(made_since);
    }

    /// Replaces every value; `map` must not touch this table.
    pub(super) fn map_values(&self, map: impl FnMut(&Value) -> Value) {
        let old = self.entries.borrow_mut().map_values(map);
        release(old);
    }

    /// Looks at every entry; `visit` must not change this table.
    pub fn for_each(&self, mut visit: impl FnMut(&[Value], &Value)) {
        self.all(|key, value| {
            visit(key, value);
            true
        });
    }

    /// Looks at entries as long as `test` holds, and tells whether it did for all.
    fn all(&self, mut test: impl FnMut(&[Value], &Value) -> bool) -> bool {
        let entries = self.entries.borrow();
        (0..entries.slots()).all(|slot| !entries.is_live(slot) || test(entries.key(slot), entries.value(slot)))
    }

    /// The entries of a table of subnets that cover `net`, the narrowest first.
    pub fn covering(&self, net: Subnet) -> Vec<(Value, Value)> {
        let Some(prefixes) = &self.prefixes else { return Vec::new() };
        let slots: Vec<usize> =
            prefixes.borrow().candidates(net).filter_map(|candidate| self.find_net(candidate)).collect();
        let entries = self.entries.borrow();
        let entry = |slot| Some((entries.key(slot).first()?.clone(), entries.value(slot).clone()));
        slots.into_iter().filter_map(entry).collect()
    }

    fn begin_iteration(&self) -> (usize, u32) {
        self.iterators.set(self.iterators.get() + 1);
        let entries = self.entries.borrow();
        (entries.slots(), entries.generation)
    }

    fn end_iteration(&self) {
        let left = self.iterators.get().saturating_sub(1);
        self.iterators.set(left);
        if left == 0
            && let Ok(mut entries) = self.entries.try_borrow_mut()
        {
            entries.tidy();
        }
    }
}

impl Drop for TableObject {
    fn drop(&mut self) {
        self.entries.get_mut().take_chunks().for_each(release);
    }
}

/// An index as one value, which scripts may change: the column where there is one, a list of several.
pub fn index_value(key: &[Value]) -> Value {
    match key {
        [single] => copy::freeze(single),
        _ => Value::List(Rc::new(key.iter().map(copy::freeze).collect())),
    }
}

#[cfg(test)]
mod tests;
