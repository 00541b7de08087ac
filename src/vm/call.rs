//! Calls from outside the interpreter's loop: from natives, from the event queue, from the engine.

use std::rc::Rc;

use super::{Arguments, NativeIndex, Raise, Vm};
use crate::program::Thunk;
use crate::source::Span;
use crate::types::ThunkId;
use crate::value::{BodyId, FuncKind, FuncObject, Value};

impl Vm {
    /// Calls a function, event or hook with arguments that fit its type. An event runs at once. What has no value
    /// gives [`Value::Unset`]; an error is reported already and does not come out, except one that stops everything.
    pub fn call(&mut self, func: &Rc<FuncObject>, arguments: &[Value]) -> Result<Value, Raise> {
        match &func.kind {
            FuncKind::Native(index) => {
                let mut arguments = arguments.to_vec();
                let native = NativeIndex(*index).get(self.families);
                let native = native.ok_or_else(|| Raise::error(format!("{} has no body", func.name)))?;
                (native.call)(self, &mut Arguments::new(&mut arguments))
            }
            FuncKind::Script(_) | FuncKind::Closure(_) => self.run_body(BodyId(0), arguments),
        }
    }

    /// Runs all bodies of an event by priority.
    pub fn call_event(&mut self, event: &Rc<FuncObject>, arguments: &[Value]) -> Result<(), Raise> {
        for body in event.bodies() {
            self.run_body(body.body, arguments)?;
        }
        Ok(())
    }

    /// Runs one body: an initialiser, a condition of `@if`, a statement outside any function.
    pub fn run_body(&mut self, body: BodyId, _arguments: &[Value]) -> Result<Value, Raise> {
        Err(Raise::error(format!("body {} cannot run yet", body.0)))
    }

    /// The value of an expression that is evaluated on demand.
    pub fn thunk(&mut self, thunk: ThunkId) -> Result<Value, Raise> {
        match self.program.thunk(thunk) {
            Thunk::Const(value) => Ok(value),
            Thunk::Body(body, _) => self.run_body(body, &[]),
        }
    }

    /// Where the machine is in the script.
    pub fn place(&self) -> Span {
        Span::NONE
    }

    /// The call of the native that runs: its place, and its text as Bro shows it.
    pub(super) fn call_site(&self) -> (Span, Option<String>) {
        (Span::NONE, None)
    }

    /// The calls that led here, innermost first.
    pub fn back_trace(&self) -> Vec<(Span, String)> {
        Vec::new()
    }
}
