//! Function values: script functions, events, hooks, closures, natives.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use super::Value;
use super::release::release;
use crate::source::{Span, Symbol};
use crate::types::TypeRef;

/// A function, event or hook. Events and hooks hold any number of bodies, sorted by falling priority and within one
/// priority in the order of declaration.
pub struct FuncObject {
    pub name: Symbol,
    /// Always of kind `Func`.
    pub ty: TypeRef,
    pub kind: FuncKind,
}

pub enum FuncKind {
    Script(Bodies),
    /// Index into the table of natives, see the `builtins` module.
    Native(u32),
    Closure(Closure),
}

/// The bodies of a function, event or hook, in the order in which they run.
#[derive(Default)]
pub struct Bodies {
    list: RefCell<Vec<FunctionBody>>,
    /// The body where there is exactly one: what nearly every call wants to know.
    only: Cell<Option<BodyId>>,
}

impl Bodies {
    pub fn borrow(&self) -> Ref<'_, Vec<FunctionBody>> {
        self.list.borrow()
    }

    /// The body where there is exactly one.
    #[inline]
    pub fn only(&self) -> Option<BodyId> {
        self.only.get()
    }

    /// Changes the list; whoever does keeps it in order.
    pub fn change(&self, change: impl FnOnce(&mut Vec<FunctionBody>)) {
        let mut list = self.list.borrow_mut();
        change(&mut list);
        self.only.set(if let [only] = &list[..] { Some(only.body) } else { None });
    }
}

/// One body of a function, event or hook.
#[derive(Clone, Debug)]
pub struct FunctionBody {
    pub priority: i64,
    /// Which body of the program this is; the machine compiles it before its first call.
    pub body: BodyId,
    pub span: Span,
    /// The module it stands in.
    pub module: Symbol,
    /// The groups by which scripts turn it off and on again: `&group`.
    pub groups: Option<Rc<[Symbol]>>,
}

/// A lambda with the values it captured.
pub struct Closure {
    pub body: BodyId,
    /// Captured values, in the order of the body's captures. Assignments inside the lambda stay visible to later
    /// calls of the same closure.
    pub captured: RefCell<Vec<Value>>,
    pub span: Span,
}

/// A body in the program's table of bodies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BodyId(pub u32);

impl FuncObject {
    pub fn script(name: Symbol, ty: TypeRef) -> Rc<Self> {
        Rc::new(FuncObject { name, ty, kind: FuncKind::Script(Bodies::default()) })
    }

    /// Adds a body at its place by priority.
    pub fn add_body(&self, body: FunctionBody) {
        if let FuncKind::Script(bodies) = &self.kind {
            bodies.change(|bodies| {
                let place = bodies.partition_point(|other| other.priority >= body.priority);
                bodies.insert(place, body);
            });
        }
    }

    /// Removes all bodies: `redef event`, or a function given a new value.
    pub fn clear_bodies(&self) {
        if let FuncKind::Script(bodies) = &self.kind {
            bodies.change(Vec::clear);
        }
    }

    /// Takes the bodies out that `is_meant` says.
    pub fn take_bodies(&self, is_meant: impl Fn(&FunctionBody) -> bool) -> Vec<FunctionBody> {
        let mut taken = Vec::new();
        if let FuncKind::Script(bodies) = &self.kind {
            bodies.change(|bodies| {
                let (meant, others) = std::mem::take(bodies).into_iter().partition(is_meant);
                (taken, *bodies) = (meant, others);
            });
        }
        taken
    }

    /// Puts a body back to where [`FuncObject::take_bodies`] took it from.
    pub fn put_back(&self, body: FunctionBody) {
        if let FuncKind::Script(bodies) = &self.kind {
            bodies.change(|bodies| {
                let is_before = |other: &FunctionBody| {
                    (std::cmp::Reverse(other.priority), other.body.0) < (std::cmp::Reverse(body.priority), body.body.0)
                };
                let place = bodies.partition_point(is_before);
                bodies.insert(place, body);
            });
        }
    }

    /// The bodies as they are now. A handler that adds bodies while running does not change its own round.
    pub fn bodies(&self) -> Vec<FunctionBody> {
        if let FuncKind::Script(bodies) = &self.kind { bodies.borrow().clone() } else { Vec::new() }
    }

    pub fn has_bodies(&self) -> bool {
        !matches!(&self.kind, FuncKind::Script(bodies) if bodies.borrow().is_empty())
    }
}

impl std::fmt::Debug for FuncObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FuncObject({})", self.name)
    }
}

impl Drop for Closure {
    fn drop(&mut self) {
        release(std::mem::take(self.captured.get_mut()));
    }
}
