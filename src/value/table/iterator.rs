//! Iteration over a table while scripts may change it.

use std::cell::Cell;
use std::rc::Rc;

use super::order::bro_order;
use super::{Key, TableObject};
use crate::value::{Value, copy};

/// The state of a `for` over a table or set. It goes through the entries that were there when it began, in the order
/// of insertion. Entries removed meanwhile are not visited, entries added meanwhile neither (also where they were
/// removed and added again), so a loop that adds to its own table ends. Values are as they are when visited.
#[derive(Debug)]
pub struct TableIterator {
    table: Rc<TableObject>,
    /// The slot behind the current entry.
    next: Cell<usize>,
    end: usize,
    generation: u32,
    /// The slots in Bro's order, where that is asked for.
    order: Option<Order>,
}

#[derive(Debug)]
struct Order {
    slots: Box<[usize]>,
    next: Cell<usize>,
}

impl TableIterator {
    pub fn new(table: &Rc<TableObject>) -> Self {
        let (end, generation) = table.begin_iteration();
        let order = bro_order(&table.ty, table.entries.borrow().iter_live());
        let order = order.map(|slots| Order { slots, next: Cell::new(0) });
        TableIterator { table: table.clone(), next: Cell::new(0), end, generation, order }
    }

    /// Goes to the next entry, the first one at first; false behind the last.
    pub fn advance(&self) -> bool {
        let entries = self.table.entries.borrow();
        if entries.generation != self.generation {
            return false;
        }
        if let Some(order) = &self.order {
            while let Some(slot) = order.slots.get(order.next.get()).copied() {
                order.next.set(order.next.get() + 1);
                if entries.is_live(slot) {
                    self.next.set(slot + 1);
                    return true;
                }
            }
            self.next.set(0);
            return false;
        }
        for slot in self.next.get()..self.end {
            if entries.is_live(slot) {
                self.next.set(slot + 1);
                return true;
            }
        }
        self.next.set(self.end);
        false
    }

    /// Looks at the current entry's index and value; both are empty where it has been removed since.
    #[inline]
    fn with_current<R>(&self, look: impl FnOnce(&[Value], &Value) -> R) -> R {
        let entries = self.table.entries.borrow();
        match self.next.get().checked_sub(1) {
            Some(slot) if entries.generation == self.generation => look(entries.key(slot), entries.value(slot)),
            _ => look(&[], &Value::Unset),
        }
    }

    /// A column of the current entry's index; unset where the entry has been removed since. A record, vector or table
    /// is a copy: changing it does not change the index.
    #[inline]
    pub fn column(&self, column: usize) -> Value {
        copy::thaw(self.with_current(|key, _| key.get(column).cloned().unwrap_or_default()))
    }

    /// The current entry's value; unset for sets and where the entry has been removed since.
    #[inline]
    pub fn value(&self) -> Value {
        self.with_current(|_, value| value.clone())
    }

    /// The index of the current entry as it is stored: for reading only.
    pub(in crate::value) fn key(&self) -> Key {
        self.with_current(|key, _| Key::from(key))
    }

    /// The index of the current entry as one value: the column where there is one, a list of several.
    pub fn index(&self) -> Value {
        super::index_value(&self.key())
    }

    pub fn table(&self) -> &Rc<TableObject> {
        &self.table
    }
}

impl Drop for TableIterator {
    fn drop(&mut self) {
        self.table.end_iteration();
    }
}
