//! Deep copies of values.
//!
//! A copy keeps the shape of what it copies: what was shared inside, or held itself, is so in the copy. A
//! closure's copy has copies of what it captured. Other functions, files and everything immutable stay shared. No recursion, however deep the value.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::compare::identity;
use super::{Closure, FuncKind, FuncObject, RecordObject, TableObject, Value, VectorObject};
use crate::types::TypeRef;

/// Why a value has no copy: an opaque value of this type is in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CannotCopy {
    pub opaque: String,
}

/// What `copy(x)` gives.
pub fn deep_copy(value: &Value) -> Result<Value, CannotCopy> {
    if !is_container(value) && !matches!(value, Value::Opaque(_) | Value::Func(_)) {
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
    /// Otherwise opaque values and closures stay shared.
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
    /// What a closure captured, and its copy.
    Closure(Rc<FuncObject>, Rc<FuncObject>),
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
                Open::Closure(from, to) => {
                    if let (FuncKind::Closure(from), FuncKind::Closure(to)) = (&from.kind, &to.kind) {
                        let captured = from.captured.borrow().clone();
                        let captured = self.begin_all(&captured);
                        to.captured.replace(captured);
                    }
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
        let key = match value {
            Value::Func(func) => Rc::as_ptr(func).addr(),
            other => identity(other),
        };
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
            Value::Func(func) if self.copy_opaque => {
                let FuncKind::Closure(closure) = &func.kind else { return value.clone() };
                let (body, span) = (closure.body, closure.span);
                let kind = FuncKind::Closure(Closure { body, captured: RefCell::default(), span });
                let copied = Rc::new(FuncObject { name: func.name, ty: func.ty.clone(), kind });
                self.open.push(Open::Closure(func.clone(), copied.clone()));
                Value::Func(copied)
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

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{CannotCopy, deep_copy};
    use crate::types::{RecordType, ThunkId, Type};
    use crate::value::table::{ExpireKind, Expired, TableAttributes};
    use crate::value::{Opaque, OpaqueObject, RecordObject, TableObject, Value, VectorObject};

    fn vector(values: Vec<Value>) -> Rc<VectorObject> {
        Rc::new(VectorObject::new(Type::vector(Type::any()), values))
    }

    #[test]
    fn what_is_shared_stays_shared_and_apart_from_the_original() {
        let shared = vector(vec![Value::Count(1)]);
        let outer = vector(vec![Value::Vector(shared.clone()), Value::Vector(shared.clone())]);
        let Ok(Value::Vector(copied)) = deep_copy(&Value::Vector(outer)) else { panic!("a vector's copy is one") };
        let (Some(Value::Vector(first)), Some(Value::Vector(second))) = (copied.get(0), copied.get(1)) else {
            panic!("both elements are vectors")
        };
        assert!(Rc::ptr_eq(&first, &second));
        shared.with_mut(|values| values.push(Value::Count(2)));
        assert_eq!(first.len(), 1);
    }

    #[test]
    fn a_record_that_holds_itself_does_so_in_the_copy() {
        let record = Rc::new(RecordObject::new(Type::record(RecordType::new(Vec::new())), Vec::new()));
        record.set(0, Value::Record(record.clone()));
        let Ok(Value::Record(copied)) = deep_copy(&Value::Record(record.clone())) else {
            panic!("a record's copy is one")
        };
        assert!(!Rc::ptr_eq(&copied, &record));
        assert!(matches!(copied.get(0), Value::Record(inner) if Rc::ptr_eq(&inner, &copied)));
        record.set(0, Value::Unset);
        copied.set(0, Value::Unset);
    }

    #[test]
    fn a_table_keeps_attributes_and_ages() {
        let attributes = TableAttributes { expire: Some((ExpireKind::Create, ThunkId(0))), ..Default::default() };
        let table = TableObject::with_attributes(Type::set(vec![Type::count()]), Some(Rc::new(attributes)));
        table.insert_at(&[Value::Count(1)], Value::Unset, 100.0);
        let Ok(Value::Table(copied)) = deep_copy(&Value::Table(Rc::new(table))) else { panic!("a set's copy is one") };
        assert!(matches!(copied.next_expired(111.0, 10.0, &mut 1), Expired::Entry { .. }));
        assert!(matches!(copied.next_expired(111.0, 10.0, &mut 0), Expired::Done));
    }

    struct Counter(u32);

    impl Opaque for Counter {
        fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
            (self.0 < 10).then(|| Box::new(Counter(self.0)) as Box<dyn Opaque>)
        }
    }

    #[test]
    fn opaque_values_decide_for_themselves() {
        let opaque = |state| Value::Opaque(Rc::new(OpaqueObject::new(Type::opaque("counter"), Counter(state))));
        let Ok(Value::Opaque(copied)) = deep_copy(&opaque(1)) else { panic!("this one can be copied") };
        assert_eq!(copied.with(|counter: &mut Counter| counter.0), Some(1));
        let refused = deep_copy(&Value::Vector(vector(vec![opaque(10)]))).unwrap_err();
        assert_eq!(refused, CannotCopy { opaque: "opaque of counter".to_owned() });
    }
}
