//! What shared values held at one moment, to put back later.
//!
//! Scripts share containers: a record may be in a global, in a table, in the arguments of a scheduled event and in a
//! closure at once. So going back does not make copies but gives every object that was there its old content: whoever
//! holds it sees it as it was. Objects made since are simply no longer held. Opaque values that cannot be copied keep
//! what they have, and so do files: what was written to them is outside.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{FileObject, FuncKind, FuncObject, FunctionBody, OpaqueObject, RecordObject, TableObject};
use super::{Value, VectorObject};

/// The content of everything that some values reach.
#[derive(Default)]
pub struct Snapshot {
    records: Vec<(Rc<RecordObject>, Vec<Value>)>,
    vectors: Vec<(Rc<VectorObject>, Vec<Value>)>,
    tables: Vec<(Rc<TableObject>, TableObject)>,
    closures: Vec<(Rc<FuncObject>, Vec<Value>)>,
    functions: Vec<(Rc<FuncObject>, Vec<FunctionBody>)>,
    opaques: Vec<(Rc<OpaqueObject>, OpaqueObject)>,
    files: Vec<(Rc<FileObject>, bool)>,
    size: usize,
}

impl Snapshot {
    /// Takes down what is reached from `roots`.
    pub fn of(roots: impl IntoIterator<Item = Value>) -> Snapshot {
        let mut snapshot = Snapshot::default();
        let mut seen = FxHashSet::default();
        let mut pending: Vec<Value> = roots.into_iter().filter(has_content).collect();
        while let Some(value) = pending.pop() {
            if seen.insert(address(&value)) {
                snapshot.save(value, &mut pending);
            }
        }
        snapshot
    }

    /// Saves one object and names those in it.
    fn save(&mut self, value: Value, pending: &mut Vec<Value>) {
        let mut reach = |values: &[Value]| {
            self.size += values.len() + 1;
            pending.extend(values.iter().filter(|value| has_content(value)).cloned());
        };
        match value {
            Value::Record(record) => {
                let fields = record.with_fields(<[Value]>::to_vec);
                reach(&fields);
                self.records.push((record, fields));
            }
            Value::Vector(vector) => {
                let elements = vector.with(<[Value]>::to_vec);
                reach(&elements);
                self.vectors.push((vector, elements));
            }
            Value::Table(table) => {
                // Indices are never changed in place.
                table.for_each(|_, value| reach(std::slice::from_ref(value)));
                let saved = table.shallow_copy();
                self.tables.push((table, saved));
            }
            Value::List(parts) => reach(&parts),
            Value::Func(func) => match &func.kind {
                FuncKind::Closure(closure) => {
                    let captured = closure.captured.borrow().clone();
                    reach(&captured);
                    self.closures.push((func, captured));
                }
                FuncKind::Script(_) => {
                    let bodies = func.bodies();
                    self.functions.push((func, bodies));
                }
                FuncKind::Native(_) => {}
            },
            Value::Opaque(object) => {
                if let Some(saved) = object.deep_copy() {
                    self.opaques.push((object, saved));
                }
            }
            Value::File(file) => {
                let raw = file.raw.get();
                self.files.push((file, raw));
            }
            _ => {}
        }
    }

    /// Gives every object what it held.
    pub fn restore(self) {
        for (record, fields) in self.records {
            record.replace_fields(fields);
        }
        for (vector, elements) in self.vectors {
            let made_since = vector.with_mut(|place| std::mem::replace(place, elements));
            drop(made_since);
        }
        for (table, saved) in self.tables {
            table.restore(saved);
        }
        for (func, captured) in self.closures {
            if let FuncKind::Closure(closure) = &func.kind {
                closure.captured.replace(captured);
            }
        }
        for (func, bodies) in self.functions {
            func.clear_bodies();
            bodies.into_iter().for_each(|body| func.add_body(body));
        }
        for (object, saved) in self.opaques {
            object.restore(saved);
        }
        for (file, raw) in self.files {
            file.raw.set(raw);
        }
    }

    /// How many values it holds.
    pub fn size(&self) -> usize {
        self.size
    }
}

/// Whether scripts or natives can change what the value is without replacing it.
fn has_content(value: &Value) -> bool {
    matches!(
        value,
        Value::Record(_)
            | Value::Vector(_)
            | Value::Table(_)
            | Value::List(_)
            | Value::Func(_)
            | Value::Opaque(_)
            | Value::File(_)
    )
}

fn address(value: &Value) -> usize {
    match value {
        Value::Record(record) => Rc::as_ptr(record).addr(),
        Value::Vector(vector) => Rc::as_ptr(vector).addr(),
        Value::Table(table) => Rc::as_ptr(table).addr(),
        Value::List(list) => Rc::as_ptr(list).addr(),
        Value::Func(func) => Rc::as_ptr(func).addr(),
        Value::Opaque(object) => Rc::as_ptr(object).addr(),
        Value::File(file) => Rc::as_ptr(file).addr(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::Snapshot;
    use crate::types::Type;
    use crate::value::{Address, Subnet, TableObject, Value, VectorObject};

    #[test]
    fn what_is_shared_is_the_same_object_with_its_old_content() {
        let inner = Rc::new(VectorObject::new(Type::vector(Type::count()), vec![Value::Count(1)]));
        let table = Rc::new(TableObject::new(Type::table(vec![Type::string()], Type::vector(Type::count()))));
        table.insert(&[Value::string("a")], Value::Vector(inner.clone()));
        let snapshot = Snapshot::of([Value::Table(table.clone())]);
        inner.with_mut(|elements| elements.push(Value::Count(2)));
        table.insert(&[Value::string("b")], Value::Unset);
        table.remove(&[Value::string("a")]);
        snapshot.restore();
        assert_eq!(table.len(), 1);
        let Some(Value::Vector(found)) = table.get(&[Value::string("a")]) else { panic!("the entry is back") };
        assert!(Rc::ptr_eq(&found, &inner));
        assert_eq!(inner.len(), 1);
        assert!(!table.contains(&[Value::string("b")]));
    }

    #[test]
    fn a_value_that_holds_itself_is_saved_once() {
        let vector = Rc::new(VectorObject::new(Type::vector(Type::any()), Vec::new()));
        vector.with_mut(|elements| elements.push(Value::Vector(vector.clone())));
        let snapshot = Snapshot::of([Value::Vector(vector.clone())]);
        assert_eq!(snapshot.size(), 2);
        vector.with_mut(Vec::clear);
        snapshot.restore();
        assert_eq!(vector.len(), 1);
        vector.with_mut(Vec::clear);
    }

    #[test]
    fn subnets_are_found_again_by_prefix() {
        let subnet = |text: &str, width| Subnet::new(Address::new(text.parse().unwrap()), width).to_value();
        let set = Rc::new(TableObject::new(Type::set(vec![Type::subnet()])));
        set.insert(&[subnet("10.0.0.0", 8)], Value::Unset);
        let snapshot = Snapshot::of([Value::Table(set.clone())]);
        set.clear();
        snapshot.restore();
        assert!(set.contains(&[subnet("10.1.0.0", 16)]));
    }
}
