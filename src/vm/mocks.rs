//! Mocks: functions that stand in for others while a test runs, and which calls there were.
//!
//! A mocked function has no code, so that every call of it, also one that is bound to it, comes by [`Vm::call`], where the
//! mock is found. While the one that stands in runs, calls of the mocked function are the real ones: it may add to what
//! the function does.

use std::fmt;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Raise, Vm};
use crate::code::Code;
use crate::source::Symbol;
use crate::syntax::ast::Flavor;
use crate::types::TypeRef;
use crate::value::{BodyId, FuncKind, FuncObject, Value, VectorObject, copy};

/// Of so many calls the arguments are kept; all are counted.
pub const MOST_KEPT: usize = 100_000;

/// A call of a mocked function.
#[derive(Clone, Debug)]
pub struct MockedCall {
    pub name: Symbol,
    /// As they were then: what the function has changed in them since is not seen.
    pub arguments: Vec<Value>,
}

impl fmt::Display for MockedCall {
    /// `Greeting::shout("ada", 3)`, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, argument) in self.arguments.iter().enumerate() {
            let text = argument.describe();
            let text = String::from_utf8_lossy(&text);
            f.write_str(if index > 0 { ", " } else { "" })?;
            match argument {
                Value::String(_) => write!(f, "\"{text}\"")?,
                _ => f.write_str(&text.split_whitespace().collect::<Vec<_>>().join(" "))?,
            }
        }
        f.write_str(")")
    }
}

#[derive(Default)]
pub(super) struct Mocks {
    /// In the order in which they were made, of all functions that are mocked now.
    calls: Vec<MockedCall>,
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
        self.forget_calls(function.name);
        let mock = Mock { replacement, calls: 0, is_running: false, codes: Vec::new() };
        self.mocks.by_name.insert(function.name, mock);
    }

    /// The function is the real one again. False where it was.
    pub fn unmock(&mut self, function: &FuncObject) -> bool {
        self.forget_calls(function.name);
        self.mocks.by_name.remove(&function.name).is_some()
    }

    fn forget_calls(&mut self, name: Symbol) {
        self.mocks.calls.retain(|call| call.name != name);
    }

    /// How often a function was called since it was mocked.
    pub fn mocked_calls(&self, function: &FuncObject) -> Option<u64> {
        self.mocks.by_name.get(&function.name).map(|mock| mock.calls)
    }

    /// The calls of functions that are mocked now, in order; `None` where there were more than are kept.
    pub fn kept_calls(&self) -> Option<&[MockedCall]> {
        let made: u64 = self.mocks.by_name.values().map(|mock| mock.calls).sum();
        (made == self.mocks.calls.len() as u64).then_some(&self.mocks.calls)
    }

    /// Calls what stands in for a function; `None` where nothing does.
    #[cold]
    pub(super) fn call_mock(&mut self, function: &Rc<FuncObject>, arguments: &[Value]) -> Option<Result<Value, Raise>> {
        // The others are natives, which are found by their places.
        let FuncKind::Script(bodies) = &function.kind else { return None };
        if let Some(result) = self.call_replacement(function.name, arguments, None) {
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
        self.call_replacement(name, arguments, pack)
    }

    /// Takes a call down; `None` where the real function is to be called. The replacement takes the arguments packed
    /// into a vector of type `pack`, if there is one.
    fn call_replacement(
        &mut self,
        name: Symbol,
        arguments: &[Value],
        pack: Option<TypeRef>,
    ) -> Option<Result<Value, Raise>> {
        let mock = self.mocks.by_name.get_mut(&name)?;
        if mock.is_running {
            return None;
        }
        mock.calls += 1;
        let replacement = mock.replacement.clone();
        mock.is_running = replacement.is_some();
        if self.mocks.calls.len() < MOST_KEPT {
            let arguments = arguments.iter().map(as_it_is).collect();
            self.mocks.calls.push(MockedCall { name, arguments });
        }
        let replacement = replacement?;
        let result = match pack {
            Some(ty) => {
                let packed = Value::Vector(Rc::new(VectorObject::new(ty, arguments.to_vec())));
                self.call(&replacement, &[packed])
            }
            None => self.call(&replacement, arguments),
        };
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

/// What a value is now: containers may change.
fn as_it_is(value: &Value) -> Value {
    match value {
        Value::Table(_) | Value::Vector(_) | Value::Record(_) => {
            copy::deep_copy(value).unwrap_or_else(|_| value.clone())
        }
        _ => value.clone(),
    }
}
