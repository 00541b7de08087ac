//! Rows into a table of a script.
//!
//! A source that is read as a whole is compared with what it held the last time: what is not met again is taken from
//! the table at its end. What scripts put into the table themselves stays.

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::deliver::{Change, Origin};
use super::values;
use crate::diag::Severity;
use crate::logging::LogValue;
use crate::types::TypeRef;
use crate::value::{FuncObject, TableObject, Value};
use crate::vm::{Raise, Vm};

pub(super) struct TableTarget {
    pub(super) table: Rc<TableObject>,
    /// The record of the index columns.
    pub(super) index: TypeRef,
    /// The record of the value's columns; none for a set.
    pub(super) value: Option<TypeRef>,
    /// Whether the table's values are such records, or what their only field holds.
    pub(super) want_record: bool,
    /// How many columns of a row make up the index.
    pub(super) index_columns: usize,
    pub(super) pred: Option<Rc<FuncObject>>,
    pub(super) event: Option<Rc<FuncObject>>,
    pub(super) rows: RefCell<Rows>,
}

/// The rows of a source: those of the last time that were not met again yet, and those of this time.
#[derive(Default)]
pub(super) struct Rows {
    last: FxHashMap<Vec<u8>, Known>,
    current: FxHashMap<Vec<u8>, Known>,
    count: u64,
}

struct Known {
    index: Vec<Value>,
    /// What the row's values were.
    values: Vec<u8>,
    /// Rows that are gone are taken away in the order in which they came.
    number: u64,
}

/// Values as bytes, equal exactly where the values are.
fn bytes_of(values: &[LogValue]) -> Vec<u8> {
    let mut bytes = Vec::new();
    values.iter().for_each(|value| append(&mut bytes, value));
    bytes
}

fn append(bytes: &mut Vec<u8>, value: &LogValue) {
    match value {
        LogValue::Unset => bytes.push(0),
        LogValue::Bool(flag) => bytes.extend([1, u8::from(*flag)]),
        LogValue::Int(number) => fixed(bytes, 2, &number.to_be_bytes()),
        LogValue::Count(number) => fixed(bytes, 3, &number.to_be_bytes()),
        LogValue::Double(number) | LogValue::Time(number) | LogValue::Interval(number) => {
            fixed(bytes, 4, &number.to_bits().to_be_bytes());
        }
        LogValue::Text(text) => {
            fixed(bytes, 5, &text.len().to_be_bytes());
            bytes.extend_from_slice(text);
        }
        LogValue::Port(number, protocol) => {
            fixed(bytes, 6, &number.to_be_bytes());
            bytes.push(*protocol as u8);
        }
        LogValue::Addr(address) => fixed(bytes, 7, address.to_string().as_bytes()),
        LogValue::Subnet(address, width) => {
            fixed(bytes, 8, address.to_string().as_bytes());
            bytes.push(*width);
        }
        LogValue::Set(elements) | LogValue::Vector(elements) => {
            fixed(bytes, 9, &elements.len().to_be_bytes());
            elements.iter().for_each(|element| append(bytes, element));
        }
    }
}

fn fixed(bytes: &mut Vec<u8>, mark: u8, content: &[u8]) {
    bytes.push(mark);
    bytes.extend_from_slice(content);
}

impl TableTarget {
    fn rows<R>(&self, work: impl FnOnce(&mut Rows) -> R) -> R {
        work(&mut self.rows.borrow_mut())
    }

    /// A row of a source that is read as a whole.
    pub(super) fn row(&self, vm: &mut Vm, origin: &Origin, row: &[LogValue]) -> Result<(), Raise> {
        let (of_index, of_value) = row.split_at_checked(self.index_columns).unwrap_or((row, &[]));
        if !of_index.iter().any(LogValue::is_set) {
            origin.say(vm, Severity::Warning, "Could not hash line. Ignoring".to_owned());
            return Ok(());
        }
        let (key, values) = (bytes_of(of_index), bytes_of(of_value));
        let before = self.rows(|rows| rows.last.remove(&key));
        let before = match before {
            Some(known) if known.values == values => {
                self.rows(|rows| rows.current.insert(key, known));
                return Ok(());
            }
            before => before,
        };
        let Some(value) = self.value(vm, origin, of_value)? else { return Ok(()) };
        let change = if before.is_some() { Change::Changed } else { Change::New };
        let number = before.as_ref().map(|known| known.number);
        if !self.wants(vm, origin, change, of_index, &value)? {
            if let Some(known) = before {
                self.rows(|rows| rows.current.insert(key, known));
            }
            return Ok(());
        }
        let Some(index) = self.index(vm, origin, of_index)? else { return Ok(()) };
        let old = before.is_some().then(|| self.table.get(&index)).flatten();
        vm.insert_entry(&self.table, &index, value.clone())?;
        self.rows(|rows| {
            rows.count += 1;
            let number = number.unwrap_or(rows.count);
            rows.current.insert(key, Known { index: index.clone(), values, number });
        });
        match old {
            Some(old) => self.tell(vm, origin, Change::Changed, &index, old),
            None => self.tell(vm, origin, Change::New, &index, value),
        }
    }

    /// A row that only adds or changes.
    pub(super) fn added(&self, vm: &mut Vm, origin: &Origin, row: &[LogValue]) -> Result<(), Raise> {
        let (of_index, of_value) = row.split_at_checked(self.index_columns).unwrap_or((row, &[]));
        let Some(index) = self.index(vm, origin, of_index)? else { return Ok(()) };
        let Some(value) = self.value(vm, origin, of_value)? else { return Ok(()) };
        let old = if self.value.is_some() { self.table.get(&index) } else { None };
        let change = if old.is_some() { Change::Changed } else { Change::New };
        if !self.wants(vm, origin, change, of_index, &value)? {
            return Ok(());
        }
        vm.insert_entry(&self.table, &index, value.clone())?;
        self.tell(vm, origin, change, &index, old.unwrap_or(value))
    }

    /// The end of a source that is read as a whole: what it holds no more goes.
    pub(super) fn end(&self, vm: &mut Vm, origin: &Origin) -> Result<(), Raise> {
        let mut gone: Vec<(Vec<u8>, Known)> = self.rows(|rows| rows.last.drain().collect());
        gone.sort_by_key(|(_, known)| known.number);
        for (key, known) in gone {
            // A script may have removed it already.
            let Some(value) = self.table.get(&known.index) else { continue };
            let value = if self.table.is_set() { Value::Table(self.table.clone()) } else { value };
            if let Some(pred) = &self.pred {
                let left = values::record_of(vm, &self.index, &known.index)?;
                let arguments = [Change::Removed.value(vm), left, value.clone()];
                if !matches!(vm.call(pred, &arguments)?, Value::Bool(true)) {
                    self.rows(|rows| rows.current.insert(key, known));
                    continue;
                }
            }
            self.tell(vm, origin, Change::Removed, &known.index, value)?;
            vm.remove_entry(&self.table, &known.index)?;
        }
        self.rows(|rows| rows.last = std::mem::take(&mut rows.current));
        Ok(())
    }

    /// The index of a row. A table has no entry for one that is not all there.
    fn index(&self, vm: &mut Vm, origin: &Origin, row: &[LogValue]) -> Result<Option<Vec<Value>>, Raise> {
        let Some(index) = values::fields(vm, origin, &mut row.iter(), &self.index)? else { return Ok(None) };
        if index.iter().all(Value::is_set) {
            return Ok(Some(index));
        }
        origin.say(vm, Severity::Warning, "Could not hash line. Ignoring".to_owned());
        Ok(None)
    }

    /// The value of a row, unset for a set.
    fn value(&self, vm: &mut Vm, origin: &Origin, row: &[LogValue]) -> Result<Option<Value>, Raise> {
        let Some(ty) = &self.value else { return Ok(Some(Value::Unset)) };
        if self.want_record {
            return values::record(vm, origin, &mut row.iter(), ty);
        }
        let fields = values::fields(vm, origin, &mut row.iter(), ty)?;
        Ok(fields.and_then(|fields| fields.into_iter().next()))
    }

    /// Asks the predicate.
    fn wants(
        &self,
        vm: &mut Vm,
        origin: &Origin,
        change: Change,
        row: &[LogValue],
        value: &Value,
    ) -> Result<bool, Raise> {
        let Some(pred) = &self.pred else { return Ok(true) };
        let Some(left) = values::record(vm, origin, &mut row.iter(), &self.index)? else { return Ok(true) };
        let answer = vm.call(pred, &[change.value(vm), left, value.clone()])?;
        Ok(matches!(answer, Value::Bool(true)))
    }

    fn tell(&self, vm: &mut Vm, origin: &Origin, change: Change, index: &[Value], value: Value) -> Result<(), Raise> {
        let Some(event) = &self.event else { return Ok(()) };
        let left = values::record_of(vm, &self.index, index)?;
        vm.queue_event(event, [origin.description.clone(), change.value(vm), left, value]);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::bytes_of;
    use crate::logging::LogValue;

    #[test]
    fn other_values_are_other_bytes() {
        let text = |text: &str| LogValue::Text(text.into());
        let rows = [
            vec![text("a"), text("b")],
            vec![text("ab"), text("")],
            vec![text("ab"), LogValue::Unset],
            vec![LogValue::Set(vec![text("a"), text("b")])],
            vec![LogValue::Int(1)],
            vec![LogValue::Count(1)],
        ];
        for (place, row) in rows.iter().enumerate() {
            for other in rows.iter().skip(place + 1) {
                assert_ne!(bytes_of(row), bytes_of(other));
            }
        }
    }
}
