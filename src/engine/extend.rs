//! `redef record` on a type whose values exist already: they take the defaults of the new fields, as Bro does for
//! records made while loading.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::Engine;
use crate::hir::GlobalId;
use crate::types::{RecordType, TypeRef};
use crate::value::{RecordObject, Value};

impl Engine {
    /// Gives every record of this type that globals reach the defaults of its fields from `first` on.
    pub(super) fn record_extended(&mut self, ty: &TypeRef, first: u16) {
        let Some(record) = ty.as_record() else { return };
        let defaults: Vec<u16> = (first..record.len() as u16)
            .filter(|offset| record.field(*offset).is_some_and(|field| field.default.is_some()))
            .collect();
        if defaults.is_empty() {
            return;
        }
        for found in self.records_of(record) {
            let Ok(Value::Record(template)) = self.vm.new_record(ty) else { continue };
            for offset in &defaults {
                if !found.is_set(*offset) {
                    found.set(*offset, template.get(*offset));
                }
            }
        }
    }

    fn records_of(&self, wanted: &Rc<RecordType>) -> Vec<Rc<RecordObject>> {
        let mut found = Vec::new();
        let mut seen = FxHashSet::default();
        let mut pending: Vec<Value> = (0..self.vm.program.global_count())
            .map(|index| self.vm.global(GlobalId(index as u32)))
            .filter(is_container)
            .collect();
        while let Some(value) = pending.pop() {
            match value {
                Value::Record(record) => {
                    if !seen.insert(Rc::as_ptr(&record).addr()) {
                        continue;
                    }
                    record.with_fields(|fields| {
                        pending.extend(fields.iter().filter(|value| is_container(value)).cloned());
                    });
                    if record.ty.as_record().is_some_and(|ty| Rc::ptr_eq(ty, wanted)) {
                        found.push(record);
                    }
                }
                Value::Vector(vector) => {
                    if seen.insert(Rc::as_ptr(&vector).addr()) {
                        vector.with(|elements| {
                            pending.extend(elements.iter().filter(|value| is_container(value)).cloned());
                        });
                    }
                }
                Value::Table(table) => {
                    if seen.insert(Rc::as_ptr(&table).addr()) {
                        table.for_each(|_, value| {
                            if is_container(value) {
                                pending.push(value.clone());
                            }
                        });
                    }
                }
                _ => {}
            }
        }
        found
    }
}

/// What may hold records.
fn is_container(value: &Value) -> bool {
    matches!(value, Value::Record(_) | Value::Vector(_) | Value::Table(_))
}
