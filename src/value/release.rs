//! Dropping nested values without recursion.
//!
//! A list of a million records that each hold the next would, dropped by Rust's own rules, need a million stack
//! frames. Containers hand their content to [`release`], which goes down a bounded number of levels and leaves the
//! rest to the outermost drop on the way.

use std::cell::{Cell, RefCell};

use super::Value;

/// How many containers inside each other are dropped directly.
const MAX_DEPTH: u32 = 64;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static LATER: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

/// Drops values that may be the last holders of deeply nested ones.
pub(super) fn release(values: Vec<Value>) {
    if !values.iter().any(is_deep) {
        return;
    }
    let depth = DEPTH.get();
    if depth >= MAX_DEPTH {
        // At the end of a thread there is no list any more; then Rust's own way has to do.
        let _ = LATER.try_with(|later| later.borrow_mut().extend(values));
        return;
    }
    DEPTH.set(depth + 1);
    drop(values);
    if depth == 0 {
        while let Ok(later) = LATER.try_with(RefCell::take)
            && !later.is_empty()
        {
            drop(later);
        }
    }
    DEPTH.set(depth);
}

fn is_deep(value: &Value) -> bool {
    matches!(value, Value::Record(_) | Value::Vector(_) | Value::Table(_) | Value::List(_) | Value::Func(_))
}
