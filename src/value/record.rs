//! Record values.

use std::cell::RefCell;

use super::Value;
use super::release::release;
use crate::types::{RecordType, TypeRef};

/// A record: its type and its fields by offset. Fields behind the last one set are not stored, so a record with many
/// optional fields stays small.
#[derive(Debug)]
pub struct RecordObject {
    /// Always of kind `Record`.
    pub ty: TypeRef,
    fields: RefCell<Vec<Value>>,
}

impl RecordObject {
    /// `fields` by offset, at most as many as the type has.
    pub fn new(ty: TypeRef, fields: Vec<Value>) -> Self {
        RecordObject { ty, fields: RefCell::new(fields) }
    }

    /// The field's value, [`Value::Unset`] where it has none.
    pub fn get(&self, offset: u16) -> Value {
        self.fields.borrow().get(usize::from(offset)).cloned().unwrap_or_default()
    }

    pub fn is_set(&self, offset: u16) -> bool {
        self.fields.borrow().get(usize::from(offset)).is_some_and(Value::is_set)
    }

    /// Looks at all stored fields; `visit` must not change this record.
    pub fn with_fields<R>(&self, visit: impl FnOnce(&[Value]) -> R) -> R {
        visit(&self.fields.borrow())
    }

    /// Sets a field and gives the old value back, so that whatever its drop runs happens outside the borrow.
    pub fn set(&self, offset: u16, value: Value) -> Value {
        let mut fields = self.fields.borrow_mut();
        let offset = usize::from(offset);
        if offset >= fields.len() {
            if !value.is_set() {
                return Value::Unset;
            }
            fields.resize(offset + 1, Value::Unset);
        }
        std::mem::replace(&mut fields[offset], value)
    }

    /// Changes a field in place without taking it out, for arithmetic on numbers.
    pub fn update<R>(&self, offset: u16, change: impl FnOnce(&mut Value) -> R) -> Option<R> {
        self.fields.borrow_mut().get_mut(usize::from(offset)).map(change)
    }

    /// Gives the record all its fields anew, by offset.
    pub(super) fn replace_fields(&self, fields: Vec<Value>) {
        self.fields.replace(fields);
    }

    pub fn record_type(&self) -> Option<&RecordType> {
        self.ty.as_record().map(|record| &**record)
    }
}

impl Drop for RecordObject {
    fn drop(&mut self) {
        release(std::mem::take(self.fields.get_mut()));
    }
}
