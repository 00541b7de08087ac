//! Tables and sets as a whole: union, difference, intersection, subset and equality.

use std::rc::Rc;

use super::TableObject;
use crate::value::compare::same_slow;
use crate::value::{Value, copy};

impl TableObject {
    /// `+=`, and the second half of `|`: puts all entries of this table into `target`, over those it has.
    pub fn add_to(&self, target: &TableObject, now: f64) {
        for (key, value) in self.snapshot() {
            target.insert_at(&key, value, now);
        }
    }

    /// `-=`, and the second half of `-`.
    pub fn remove_from(&self, target: &TableObject) {
        for (key, _) in self.snapshot() {
            target.remove(&key);
        }
    }

    /// `a | b`: a copy of this one with the entries of the other.
    pub fn union(self: &Rc<Self>, other: &TableObject, now: f64) -> Option<Rc<TableObject>> {
        let result = self.deep_copy()?;
        other.add_to(&result, now);
        Some(result)
    }

    /// `a - b`
    pub fn difference(self: &Rc<Self>, other: &TableObject) -> Option<Rc<TableObject>> {
        let result = self.deep_copy()?;
        other.remove_from(&result);
        Some(result)
    }

    /// `a & b`: a new set without attributes, in this set's order.
    pub fn intersection(&self, other: &TableObject) -> Rc<TableObject> {
        let result = TableObject::new(self.ty.clone());
        for (key, _) in self.snapshot() {
            if other.contains_exact(&key) {
                result.insert(&key, Value::Unset);
            }
        }
        Rc::new(result)
    }

    fn deep_copy(self: &Rc<Self>) -> Option<Rc<TableObject>> {
        match copy::deep_copy(&Value::Table(self.clone())) {
            Ok(Value::Table(copied)) => Some(copied),
            _ => None,
        }
    }

    /// Whether every index of this one is in the other: `<=` on sets.
    pub fn is_subset(&self, other: &TableObject) -> bool {
        self.len() <= other.len() && self.all(|key, _| other.contains_exact(key))
    }

    /// Whether both have the same indices: `==` on sets.
    pub fn same_keys(&self, other: &TableObject) -> bool {
        self.len() == other.len() && self.is_subset(other)
    }

    /// Whether both have the same entries. `compare` decides on two values, false where they differ for certain.
    pub(in crate::value) fn same_content(
        &self,
        other: &TableObject,
        depth: u32,
        mut compare: impl FnMut(&Value, &Value) -> bool,
    ) -> bool {
        if self.len() != other.len() {
            return false;
        }
        let theirs = other.entries.borrow();
        self.all(|key, value| {
            let slot = theirs.find_with(key, |a, b| same_slow(a, b, depth));
            slot.is_some_and(|slot| compare(value, theirs.value(slot)))
        })
    }

    /// All indices with their values, as they are now.
    pub fn snapshot(&self) -> Vec<(Vec<Value>, Value)> {
        let mut all = Vec::with_capacity(self.len());
        self.for_each(|key, value| all.push((key.to_vec(), value.clone())));
        all
    }
}
