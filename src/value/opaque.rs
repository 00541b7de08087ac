//! Opaque values: state of natives that scripts only hand around.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;

use crate::types::TypeRef;

/// What every opaque kind can do beside what its own natives do.
pub trait Opaque: Any {
    /// A copy for `copy(x)`; `None` where the kind cannot be copied.
    fn clone_opaque(&self) -> Option<Box<dyn Opaque>> {
        None
    }

    /// The text that `print` shows, `None` for Bro's `<no value description>`.
    fn describe(&self) -> Option<String> {
        None
    }
}

pub struct OpaqueObject {
    /// Always of kind `Opaque`.
    pub ty: TypeRef,
    state: RefCell<Box<dyn Opaque>>,
}

impl OpaqueObject {
    pub fn new(ty: TypeRef, state: impl Opaque) -> Self {
        OpaqueObject { ty, state: RefCell::new(Box::new(state)) }
    }

    /// Works on the state where it is a `T`.
    pub fn with<T: Opaque, R>(&self, work: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mut state = self.state.borrow_mut();
        let state: &mut dyn Any = state.as_mut();
        state.downcast_mut::<T>().map(work)
    }

    pub fn describe(&self) -> Option<String> {
        self.state.borrow().describe()
    }

    /// A deep copy, where the kind has one.
    pub fn deep_copy(&self) -> Option<OpaqueObject> {
        let state = self.state.borrow().clone_opaque()?;
        Some(OpaqueObject { ty: self.ty.clone(), state: RefCell::new(state) })
    }

    /// Takes the state of a copy made before.
    pub(super) fn restore(&self, saved: OpaqueObject) {
        self.state.replace(saved.state.into_inner());
    }
}

impl fmt::Debug for OpaqueObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpaqueObject({})", self.ty)
    }
}
