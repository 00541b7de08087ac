//! Tables, sets and records beyond the plain case: defaults, expiry, change functions, whole containers.

use std::rc::Rc;

use super::convert::fits;
use super::slow::{Window, operand_of, unset};
use super::{Raise, Vm};
use crate::code::{Code, Columns, V};
use crate::hir::{ExprId, ExprKind, Part};
use crate::types::TypeTag;
use crate::types::assign::same_type;
use crate::value::table::index_value;
use crate::value::{TableObject, Value, VectorObject, copy};

/// What `&on_change` is told.
#[derive(Clone, Copy)]
pub(super) enum Change {
    New,
    Changed,
    Removed,
    Expired,
}

impl Change {
    /// The name of the enum value that scripts see.
    fn name(self) -> &'static str {
        match self {
            Change::New => "TABLE_ELEMENT_NEW",
            Change::Changed => "TABLE_ELEMENT_CHANGED",
            Change::Removed => "TABLE_ELEMENT_REMOVED",
            Change::Expired => "TABLE_ELEMENT_EXPIRED",
        }
    }
}

impl Vm {
    /// The value of a field that is unset: its default.
    pub(super) fn missing_field(&mut self, code: &Code, at: ExprId, record: Value, field: u16) -> Result<Value, Raise> {
        let Value::Record(record) = record else { return Err(unset(code, operand_of(code, at))) };
        let found = record.get(field);
        if found.is_set() {
            return Ok(found);
        }
        let default = record.record_type().and_then(|record| record.field(field)).and_then(|field| field.default);
        match default {
            Some(default) => {
                let found = self.thunk(default)?;
                if found.is_set() { Ok(found) } else { Err(Raise::null()) }
            }
            None => Err(Raise::expression("field value missing")),
        }
    }

    /// `table[index]` where the plain look-up found nothing.
    pub(super) fn missing_entry(
        &mut self,
        code: &Code,
        at: ExprId,
        window: &mut Window<'_>,
        table: V,
        first: V,
        columns: Columns,
    ) -> Result<Value, Raise> {
        let Value::Table(table) = window.value(table).clone() else {
            return Err(unset(code, operand_of(code, at)));
        };
        let index = window.columns(first, columns).to_vec();
        if table.is_by_pattern()
            && let [Value::String(text)] = &index[..]
        {
            let found = table.matching(text.as_bytes());
            let ty = code.body.expr(at).ty.clone();
            return Ok(Value::Vector(Rc::new(VectorObject::new(ty, found))));
        }
        self.lookup(&table, &index)?.ok_or_else(|| Raise::error("no such index"))
    }

    /// Looks an index up as `table[index]` does, with the table's default; `None` where there is none.
    pub fn lookup(&mut self, table: &Rc<TableObject>, index: &[Value]) -> Result<Option<Value>, Raise> {
        if let Some(found) = table.get_at(index, self.network_time) {
            return Ok(Some(found));
        }
        self.default_entry(table, index)
    }

    /// What `&default` gives for an index.
    fn default_entry(&mut self, table: &Rc<TableObject>, index: &[Value]) -> Result<Option<Value>, Raise> {
        let Some(attributes) = table.attributes.borrow().clone() else { return Ok(None) };
        let Some(default) = attributes.default else { return Ok(None) };
        let value = self.thunk(default)?;
        let yields = table.ty.as_table().and_then(|(_, yields)| yields.cloned());
        let value = match value {
            Value::Func(func) if yields.is_none_or(|yields| !same_type(&func.ty, &yields, false)) => {
                let result = self.call(&func, index)?;
                if !result.is_set() {
                    return Err(Raise::error("no value returned from &default function"));
                }
                result
            }
            Value::Unset => return Err(Raise::null()),
            value => copy::deep_copy(&value).unwrap_or(value),
        };
        if attributes.default_insert {
            self.insert_entry(table, index, value.clone())?;
        }
        Ok(Some(value))
    }

    /// `table[index] = value`, and `add set[index]` with an unset value.
    pub fn insert_entry(&mut self, table: &Rc<TableObject>, index: &[Value], value: Value) -> Result<(), Raise> {
        let attributes = table.attributes.borrow().clone();
        let Some(attributes) = attributes else {
            drop(table.insert(index, value));
            return Ok(());
        };
        if attributes.expire.is_some() {
            self.table_may_expire(table);
        }
        let old = table.insert_at(index, value.clone(), self.network_time);
        if attributes.on_change.is_some() {
            let change = if old.is_some() { Change::Changed } else { Change::New };
            self.changed(table, change, index, old.unwrap_or(value))?;
        }
        Ok(())
    }

    /// `delete table[index]`; gives the value where there was one.
    pub fn remove_entry(&mut self, table: &Rc<TableObject>, index: &[Value]) -> Result<Option<Value>, Raise> {
        let old = table.remove(index);
        if let Some(old) = &old {
            self.changed(table, Change::Removed, index, old.clone())?;
        }
        Ok(old)
    }

    /// Calls the table's change function, unless this change is its own doing.
    pub(super) fn changed(
        &mut self,
        table: &Rc<TableObject>,
        change: Change,
        index: &[Value],
        value: Value,
    ) -> Result<(), Raise> {
        let on_change = table.attributes.borrow().as_ref().and_then(|attributes| attributes.on_change);
        let address = Rc::as_ptr(table).addr();
        let Some(on_change) = on_change else { return Ok(()) };
        if self.changing.contains(&address) {
            return Ok(());
        }
        let Value::Func(func) = self.thunk(on_change)? else { return Ok(()) };
        let mut arguments = vec![Value::Table(table.clone()), self.global_by_name(change.name()).unwrap_or_default()];
        arguments.extend_from_slice(index);
        if !table.is_set() {
            arguments.push(value);
        }
        self.changing.push(address);
        let result = self.call(&func, &arguments);
        self.changing.pop();
        result.map(|_| ())
    }

    /// `target += from` on containers.
    pub(super) fn add_all(&mut self, target: &Value, from: &Value) -> Result<(), Raise> {
        match (target, from) {
            (Value::Table(target), Value::Table(from)) => {
                for (index, value) in from.snapshot() {
                    self.insert_entry(target, &index, value)?;
                }
            }
            (Value::Vector(target), Value::Vector(from)) => {
                let mut added = from.with(<[Value]>::to_vec);
                target.with_mut(|elements| elements.append(&mut added));
            }
            _ => return Err(Raise::null()),
        }
        Ok(())
    }

    /// `target -= from` on tables and sets.
    pub(super) fn remove_all(&mut self, target: &Value, from: &Value) -> Result<(), Raise> {
        let (Value::Table(target), Value::Table(from)) = (target, from) else { return Err(Raise::null()) };
        for (index, _) in from.snapshot() {
            self.remove_entry(target, &index)?;
        }
        Ok(())
    }

    /// Adds every combination of columns, some of which are sets whose members stand there one by one.
    pub(super) fn add_product(
        &mut self,
        code: &Code,
        at: ExprId,
        window: &mut Window<'_>,
        table: V,
        first: V,
        part: usize,
    ) -> Result<(), Raise> {
        let ExprKind::Merged { parts, .. } = &code.body.expr(at).kind else { return Err(Raise::null()) };
        let Some(Part::Product { columns, .. }) = parts.get(part) else { return Err(Raise::null()) };
        let Value::Table(table) = window.value(table).clone() else { return Err(Raise::null()) };
        let count = columns.len() as u16;
        let value = window.value(V(first.0 + count)).clone();
        let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
        for (column, (_, spread)) in (0..count).zip(columns) {
            let column = window.value(V(first.0 + column)).clone();
            let choices = match column {
                Value::Table(set) if *spread => {
                    set.snapshot().into_iter().map(|(index, _)| index_value(&index)).collect()
                }
                single => vec![single],
            };
            let combine = |row: &Vec<Value>, choice: &Value| {
                let mut row = row.clone();
                row.push(choice.clone());
                row
            };
            rows = rows.iter().flat_map(|row| choices.iter().map(|choice| combine(row, choice))).collect();
        }
        for row in rows {
            self.insert_entry(&table, &row, value.clone())?;
        }
        Ok(())
    }
}

/// Removes everything; `None` where the value is no container.
pub(super) fn delete_all(container: &Value) -> Option<()> {
    match container {
        Value::Table(table) => table.clear(),
        Value::Vector(vector) => {
            let old = vector.with_mut(std::mem::take);
            drop(old);
        }
        _ => return None,
    }
    Some(())
}

/// Refuses a value that is not of the type of a container's elements.
pub(super) fn check_element(container: &Value, value: &Value) -> Result<(), Raise> {
    let (kind, element) = match container {
        Value::Vector(vector) => ("vector", vector.ty.as_vector().cloned()),
        Value::Table(table) => ("table", table.ty.as_table().and_then(|(_, yields)| yields.cloned())),
        _ => return Ok(()),
    };
    let Some(element) = element else { return Ok(()) };
    if element.is(TypeTag::Void) || fits(value, &element) {
        return Ok(());
    }
    let ty = value.type_of();
    let ty = match ty.name() {
        Some(name) if ty.is(TypeTag::Record) => name.as_str(),
        _ => ty.kind_name(),
    };
    let value = String::from_utf8_lossy(&value.describe()).into_owned();
    Err(Raise::internal(format!("{kind} index assignment failed for invalid type '{ty}', value: {value}")))
}
