//! Deep copies of values.
//!
//! A copy keeps the shape of what it copies: what was shared inside, or held itself, is so in the copy. Functions,
//! files and everything immutable stay shared. No recursion, however deep the value.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::compare::identity;
use super::{RecordObject, TableObject, Value, VectorObject};
use crate::types::TypeRef;

/// Why a value has no copy: an opaque value of this type is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CannotCopy {
    pub opaque: String,
}

/// What `copy(x)` gives.
pub fn deep_copy(value: &Value) -> Result<Value, CannotCopy> {
    if !is_container(value) && !matches!(value, Value::Opaque(_)) {
        return Ok(value.clone());
    }
    let mut work = Copier { copy_opaque: true, done: FxHashMap::default(), open: Vec::new(), failed: None };
    let copied = work.run(value);
    work.failed.map_or(Ok(copied), |ty| Err(CannotCopy { opaque: ty.to_string() }))
}

/// The form of a value in which it can be a table's index: a copy where somebody could change it later.
#[inline]
pub(super) fn freeze(value: &Value) -> Value {
    if is_container(value) { copy_parts(value) } else { value.clone() }
}

/// Part of a table's index in a form that scripts may change.
#[inline]
pub(super) fn thaw(value: Value) -> Value {
    if is_container(&value) { copy_parts(&value) } else { value }
}

/// Whether scripts can change the value in place.
#[inline]
pub(super) fn is_container(value: &Value) -> bool {
    matches!(value, Value::Record(_) | Value::Vector(_) | Value::Table(_) | Value::List(_))
}

#[cold]
fn copy_parts(value: &Value) -> Value {
    Copier { copy_opaque: false, done: FxHashMap::default(), open: Vec::new(), failed: None }.run(value)
}

struct Copier {
    /// Otherwise opaque values stay shared.
    copy_opaque: bool,
    /// The copies by the address of the original.
    done: FxHashMap<usize, Value>,
    /// Originals whose copies have no content yet.
    open: Vec<Open>,
    failed: Option<TypeRef>,
}

enum Open {
    Record(Rc<RecordObject>, Rc<RecordObject>),
    Vector(Rc<VectorObject>, Rc<VectorObject>),
    /// The copy has its indices, which are never changed in place, but still the values of the original.
    Table(Rc<TableObject>),
}

impl Copier {
    fn run(&mut self, root: &Value) -> Value {
        let copied = self.begin(root);
        while let Some(open) = self.open.pop() {
            match open {
                Open::Record(from, to) => {
                    let fields = from.with_fields(|fields| self.begin_all(fields));
                    to.replace_fields(fields);
                }
                Open::Vector(from, to) => {
                    let elements = from.with(|elements| self.begin_all(elements));
                    to.with_mut(|place| *place = elements);
                }
                Open::Table(table) => table.map_values(|value| self.begin(value)),
            }
        }
        copied
    }

    fn begin_all(&mut self, values: &[Value]) -> Vec<Value> {
        values.iter().map(|value| self.begin(value)).collect()
    }

    /// The copy of a value, still without content where it is a container.
    fn begin(&mut self, value: &Value) -> Value {
        let key = identity(value);
        if key != 0
            && let Some(copied) = self.done.get(&key)
        {
            return copied.clone();
        }
        let copied = match value {
            Value::Record(record) => {
                let copied = Rc::new(RecordObject::new(record.ty.clone(), Vec::new()));
                self.open.push(Open::Record(record.clone(), copied.clone()));
                Value::Record(copied)
            }
            Value::Vector(vector) => {
                let copied = Rc::new(VectorObject::new(vector.ty.clone(), Vec::new()));
                self.open.push(Open::Vector(vector.clone(), copied.clone()));
                Value::Vector(copied)
            }
            Value::Table(table) => {
                let copied = Rc::new(table.shallow_copy());
                if !table.is_set() {
                    self.open.push(Open::Table(copied.clone()));
                }
                Value::Table(copied)
            }
            // Lists nest only as deep as the text of a script.
            Value::List(parts) => Value::List(Rc::new(self.begin_all(parts))),
            Value::Opaque(object) if self.copy_opaque => {
                let Some(copied) = object.deep_copy() else {
                    self.failed = Some(object.ty.clone());
                    return value.clone();
                };
                Value::Opaque(Rc::new(copied))
            }
            _ => return value.clone(),
        };
        if key != 0 {
            self.done.insert(key, copied.clone());
        }
        copied
    }
}
