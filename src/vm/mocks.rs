//! Mocks: functions that stand in for others while a test runs, and counts of calls.
//!
//! A mocked function has no code, so that every call of it, also one that is bound to it, comes by [`Vm::call`], where the
//! mock is found. While the one that stands in runs, calls of the mocked function are the real ones: it may add to what
//! the function does.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Raise, Vm};
use crate::code::Code;
use crate::source::Symbol;
use crate::syntax::ast::Flavor;
use crate::types::TypeRef;
use crate::value::{BodyId, FuncKind, FuncObject, Value, VectorObject};

#[derive(Default)]
pub(super) struct Mocks {
    by_name: FxHashMap<Symbol, Mock>,
    /// Names of natives by their places, and as what their arguments are packed where there may be any number.
    natives: FxHashMap<u32, (Symbol, Option<TypeRef>)>,
}

struct Mock {
    /// Nothing: calls are counted, and that is all.
    replacement: Option<Rc<FuncObject>>,
    calls: u64,
    /// The replacement runs.
    is_running: bool,
    /// Code of the real one, which the machine must not find.
    codes: Vec<(BodyId, Rc<Code>)>,
}

impl Mocks {
    pub(super) fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }
}

impl Vm {
    /// From here on `replacement`, of the same type, is called in place of `function`, which is no lambda; or calls of
    /// `function` are counted. The count begins anew. In place of a variadic native, `replacement` takes a vector.
    pub fn mock(&mut self, function: &FuncObject, replacement: Option<Rc<FuncObject>>) {
        match &function.kind {
            FuncKind::Native(index) => {
                let is_variadic = function.ty.as_func().is_some_and(|ty| ty.variadic);
                let taken = replacement.as_ref().and_then(|replacement| replacement.ty.as_func()?.parameters.first());
                let pack = taken.map(|parameter| parameter.ty.clone()).filter(|_| is_variadic);
                self.mocks.natives.insert(*index, (function.name, pack));
            }
            FuncKind::Script(bodies) => {
                let bodies: Vec<BodyId> = bodies.borrow().iter().map(|body| body.body).collect();
                bodies.into_iter().for_each(|body| self.forget_code(body));
            }
            FuncKind::Closure(_) => return,
        }
        let mock = Mock { replacement, calls: 0, is_running: false, codes: Vec::new() };
        self.mocks.by_name.insert(function.name, mock);
    }

    /// The function is the real one again. False where it was.
    pub fn unmock(&mut self, function: &FuncObject) -> bool {
        self.mocks.by_name.remove(&function.name).is_some()
    }

    /// How often a function was called since it was mocked.
    pub fn mocked_calls(&self, function: &FuncObject) -> Option<u64> {
        self.mocks.by_name.get(&function.name).map(|mock| mock.calls)
    }

    /// Calls what stands in for a function; `None` where nothing does.
    #[cold]
    pub(super) fn call_mock(&mut self, function: &Rc<FuncObject>, arguments: &[Value]) -> Option<Result<Value, Raise>> {
        // The others are natives, which are found by their places.
        let FuncKind::Script(bodies) = &function.kind else { return None };
        if let Some(result) = self.call_replacement(function.name, arguments) {
            return Some(result);
        }
        let is_function = function.ty.as_func().is_some_and(|ty| ty.flavor == Flavor::Function);
        if !is_function || !self.mocks.by_name.contains_key(&function.name) {
            return None;
        }
        let body = bodies.borrow().first().map(|body| body.body)?;
        Some(self.hidden_code(function.name, body).and_then(|code| self.run_code(code, arguments, None)))
    }

    /// As [`Vm::call_mock`], of a native by its place.
    #[cold]
    pub(super) fn call_mocked_native(&mut self, index: u32, arguments: &[Value]) -> Option<Result<Value, Raise>> {
        let (name, pack) = self.mocks.natives.get(&index)?.clone();
        match pack {
            Some(ty) => {
                let packed = Value::Vector(Rc::new(VectorObject::new(ty, arguments.to_vec())));
                self.call_replacement(name, &[packed])
            }
            None => self.call_replacement(name, arguments),
        }
    }

    /// Counts a call; `None` where the real function is to be called.
    fn call_replacement(&mut self, name: Symbol, arguments: &[Value]) -> Option<Result<Value, Raise>> {
        let mock = self.mocks.by_name.get_mut(&name)?;
        if mock.is_running {
            return None;
        }
        mock.calls += 1;
        let replacement = mock.replacement.clone()?;
        mock.is_running = true;
        let result = self.call(&replacement, arguments);
        if let Some(mock) = self.mocks.by_name.get_mut(&name) {
            mock.is_running = false;
        }
        Some(result)
    }

    /// The code of a mocked function.
    fn hidden_code(&mut self, name: Symbol, body: BodyId) -> Result<Rc<Code>, Raise> {
        let known = self.mocks.by_name.get(&name).and_then(|mock| mock.codes.iter().find(|(other, _)| *other == body));
        if let Some((_, code)) = known {
            return Ok(code.clone());
        }
        let code = self.code(body)?;
        self.forget_code(body);
        if let Some(mock) = self.mocks.by_name.get_mut(&name) {
            mock.codes.push((body, code.clone()));
        }
        Ok(code)
    }
}
