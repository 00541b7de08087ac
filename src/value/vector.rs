//! Vector values. A hole is [`Value::Unset`].

use std::cell::RefCell;

use super::Value;
use super::release::release;
use crate::types::TypeRef;

#[derive(Debug)]
pub struct VectorObject {
    /// Always of kind `Vector`.
    pub ty: TypeRef,
    elements: RefCell<Vec<Value>>,
}

impl VectorObject {
    pub fn new(ty: TypeRef, elements: Vec<Value>) -> Self {
        VectorObject { ty, elements: RefCell::new(elements) }
    }

    pub fn len(&self) -> usize {
        self.elements.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element, [`Value::Unset`] for a hole, `None` behind the end.
    pub fn get(&self, index: usize) -> Option<Value> {
        self.elements.borrow().get(index).cloned()
    }

    pub fn with<R>(&self, visit: impl FnOnce(&[Value]) -> R) -> R {
        visit(&self.elements.borrow())
    }

    /// Changes the elements; `change` must not touch this vector otherwise.
    pub fn with_mut<R>(&self, change: impl FnOnce(&mut Vec<Value>) -> R) -> R {
        change(&mut self.elements.borrow_mut())
    }
}

impl Drop for VectorObject {
    fn drop(&mut self) {
        release(std::mem::take(self.elements.get_mut()));
    }
}
