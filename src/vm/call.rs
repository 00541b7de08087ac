//! Calls from outside the interpreter's loop: from natives, from the event queue, from the engine.

use std::cell::RefCell;
use std::rc::Rc;

use super::events::EventArguments;
use super::frame::Stack;
use super::registers::{move_value, put, share_quickly};
use super::slow::Window;
use super::{Raise, RaiseKind, Vm};
use crate::code::{Code, Home, Kind, LowerTarget, World, lower};
use crate::hir::describe_body;
use crate::hir::{Body, BodyKind, Captured, ExprId, ExprKind, GlobalId};
use crate::program::{BodyEntry, GlobalKind, Thunk};
use crate::sema;
use crate::source::{Span, Symbol};
use crate::syntax::ast::Flavor;
use crate::types::ThunkId;
use crate::value::function_text::with_bodies;
use crate::value::{Bodies, BodyId, Closure, FuncKind, FuncObject, Value, copy};

/// Runs of the interpreter's loop inside one another: each takes room on the machine's own stack.
const MAX_RUNS: usize = 2_000;

impl Vm {
    /// Calls a function, event or hook with arguments that fit its type. An event runs at once. What has no value
    /// gives [`Value::Unset`]; an error is reported already and does not come out, except one that stops everything.
    pub fn call(&mut self, func: &Rc<FuncObject>, arguments: &[Value]) -> Result<Value, Raise> {
        if !self.mocks.is_empty()
            && let Some(result) = self.call_mock(func, arguments)
        {
            return result;
        }
        match &func.kind {
            FuncKind::Native(index) => {
                let mut arguments = arguments.to_vec();
                self.call_by_index(*index, &mut arguments)
            }
            FuncKind::Closure(closure) => {
                let code = self.code(closure.body)?;
                self.run_code(code, arguments, Some(func.clone()))
            }
            FuncKind::Script(bodies) => {
                let flavor = func.ty.as_func().map(|func| func.flavor);
                match flavor {
                    Some(Flavor::Hook) => self.call_hook(bodies, arguments),
                    Some(Flavor::Event) => self.call_event(func, arguments).map(|()| Value::Unset),
                    _ => {
                        let body = bodies.borrow().first().map(|body| body.body);
                        match body {
                            Some(body) => self.run_body(body, arguments),
                            None => Err(Raise::error(format!("{} has no body", func.name))),
                        }
                    }
                }
            }
        }
    }

    /// Runs the bodies of a hook until one says `break`.
    fn call_hook(&mut self, bodies: &Bodies, arguments: &[Value]) -> Result<Value, Raise> {
        let bodies: Vec<BodyId> = bodies.borrow().iter().map(|body| body.body).collect();
        for body in bodies {
            // A body that was given up lets the others run.
            match self.run_body(body, arguments) {
                Ok(Value::Bool(false)) => return Ok(Value::Bool(false)),
                Err(raise) if !matches!(raise.kind(), RaiseKind::Assertion) => return Err(raise),
                _ => {}
            }
        }
        Ok(Value::Bool(true))
    }

    /// Runs all bodies of an event by priority. What stops a single handler is reported and stops no other.
    pub fn call_event(&mut self, event: &Rc<FuncObject>, arguments: &[Value]) -> Result<(), Raise> {
        let mut arguments: EventArguments = arguments.iter().cloned().collect();
        let mut stack = self.take_stack();
        let result = self.dispatch(&mut stack, event, &mut arguments);
        self.give_back(stack);
        result
    }

    /// Runs all bodies of an event on a stack.
    pub(super) fn dispatch(
        &mut self,
        stack: &mut Stack,
        event: &Rc<FuncObject>,
        arguments: &mut [Value],
    ) -> Result<(), Raise> {
        if !self.mocks.is_empty()
            && let Some(result) = self.call_mock(event, arguments)
        {
            return match result {
                Ok(_) => Ok(()),
                Err(raise) => self.after_handler(raise, event.name),
            };
        }
        let FuncKind::Script(bodies) = &event.kind else { return Ok(()) };
        // Bodies that are added meanwhile wait for the next time.
        let count = bodies.borrow().len();
        for index in 0..count {
            let Some(body) = bodies.borrow().get(index).map(|body| body.body) else { break };
            let result = self.code(body).and_then(|code| {
                self.enter_run()?;
                let result = self.run_on(stack, code, arguments, index + 1 == count, None);
                self.runs -= 1;
                result
            });
            if let Err(raise) = result {
                self.after_handler(raise, event.name)?;
            }
        }
        Ok(())
    }

    /// Decides what goes on after a handler was given up; what it raised was reported, unless it did not even begin.
    #[cold]
    fn after_handler(&mut self, raise: Raise, event: Symbol) -> Result<(), Raise> {
        match raise.into_kind() {
            RaiseKind::Exit(status) => Err(Raise::exit(status)),
            RaiseKind::Pending => Err(Raise::pending()),
            RaiseKind::Null | RaiseKind::Handler | RaiseKind::Assertion => Ok(()),
            RaiseKind::Error(error) => {
                self.failed_handler = Some(event);
                self.report_error(&error, Span::NONE, None);
                self.failed_handler = None;
                Ok(())
            }
        }
    }

    /// Counts runs inside one another.
    #[inline]
    pub(super) fn enter_run(&mut self) -> Result<(), Raise> {
        if self.runs >= MAX_RUNS {
            return Err(self.reported(Raise::fatal("function calls are nested too deep")));
        }
        self.runs += 1;
        Ok(())
    }

    /// The end of what [`Vm::enter_run`] began.
    #[inline]
    pub(super) fn leave_run(&mut self) {
        self.runs -= 1;
    }

    /// Runs one body: an initialiser, a condition of `@if`, a statement outside any function.
    pub fn run_body(&mut self, body: BodyId, arguments: &[Value]) -> Result<Value, Raise> {
        let code = self.code(body)?;
        self.run_code(code, arguments, None)
    }

    /// Runs code on a stack of its own.
    pub(super) fn run_code(
        &mut self,
        code: Rc<Code>,
        arguments: &[Value],
        closure: Option<Rc<FuncObject>>,
    ) -> Result<Value, Raise> {
        self.enter_run()?;
        let mut arguments: EventArguments = arguments.iter().cloned().collect();
        let mut stack = self.take_stack();
        let result = self.run_on(&mut stack, code, &mut arguments, true, closure);
        self.runs -= 1;
        self.give_back(stack);
        result
    }

    /// Runs code with arguments that are moved out where `take` says so.
    fn run_on(
        &mut self,
        stack: &mut Stack,
        code: Rc<Code>,
        arguments: &mut [Value],
        take: bool,
        closure: Option<Rc<FuncObject>>,
    ) -> Result<Value, Raise> {
        stack.reserve(0, 0);
        let (mut numbers, mut values) = (0, 0);
        for index in 0..code.body.parameters as usize {
            let kind = match code.homes.get(index) {
                Some(Home::Number(kind, _)) => Some(*kind),
                _ => None,
            };
            let argument = arguments.get_mut(index);
            if !set_argument(stack, kind, (numbers, values), argument, take) {
                return Err(Raise::error(format!("argument {} of {} has the wrong type", index + 1, code.body.name)));
            }
            match kind {
                Some(_) => numbers += 1,
                None => values += 1,
            }
        }
        if let Some(func) = &closure
            && let FuncKind::Closure(closure) = &func.kind
        {
            load_captures(stack, &code, &closure.captured.borrow());
        }
        let result = code.result;
        let ran = self.run(stack, code, closure);
        self.scripts_ran();
        if !ran? {
            return Ok(Value::Unset);
        }
        Ok(match result {
            Some(kind) => kind.to_value(stack.numbers.first().copied().unwrap_or(0)),
            None => stack.values.first_mut().map(std::mem::take).unwrap_or_default(),
        })
    }

    /// Runs part of a `when` on its captured values.
    pub(super) fn run_captured(&mut self, code: Rc<Code>, captured: &[Value]) -> Result<Value, Raise> {
        self.enter_run()?;
        let mut stack = self.take_stack();
        stack.reserve(0, 0);
        load_captures(&mut stack, &code, captured);
        let kind = code.result;
        let done = self.run(&mut stack, code, None);
        self.runs -= 1;
        let result = match (&done, kind) {
            (Ok(true), Some(kind)) => kind.to_value(stack.numbers.first().copied().unwrap_or(0)),
            (Ok(true), None) => stack.values.first_mut().map(std::mem::take).unwrap_or_default(),
            _ => Value::Unset,
        };
        self.give_back(stack);
        done.map(|_| result)
    }

    /// The value of an expression that is evaluated on demand.
    pub fn thunk(&mut self, thunk: ThunkId) -> Result<Value, Raise> {
        match self.program.thunk(thunk) {
            Thunk::Const(value) => Ok(value),
            Thunk::Body(body, _) => self.run_body(body, &[]),
        }
    }

    /// The code of a body, made before its first call.
    pub fn code(&mut self, body: BodyId) -> Result<Rc<Code>, Raise> {
        if let Some(Some(code)) = self.codes.get(body.0 as usize) {
            return Ok(code.clone());
        }
        let code = Rc::new(self.compile(body, LowerTarget::Whole)?);
        let index = body.0 as usize;
        if index >= self.codes.len() {
            self.codes.resize(self.program.body_count().max(index + 1), None);
        }
        if let Some(place) = self.codes.get_mut(index) {
            *place = Some(code.clone());
        }
        Ok(code)
    }

    /// A text in which functions show their bodies. `make` runs no scripts.
    pub fn text_with_bodies<T>(&mut self, make: impl Fn() -> T) -> T {
        with_bodies(make, |body| self.body_text(body, true))
    }

    /// As [`Vm::text_with_bodies`], as `print` shows them.
    pub(super) fn print_with_bodies<T>(&mut self, make: impl Fn() -> T) -> T {
        with_bodies(make, |body| self.body_text(body, false))
    }

    fn body_text(&mut self, body: BodyId, indented: bool) -> Rc<str> {
        let Some(typed) = self.typed(body) else { return "".into() };
        let global = |id: GlobalId| self.program.global(id).name;
        let inner = |id: BodyId| match self.program.body(id) {
            BodyEntry::Typed(body) => Some(body),
            _ => None,
        };
        describe_body::body(&typed, describe_body::World { global: &global, body: &inner }, indented).into()
    }

    /// A body after the checker, which looks at it now where it has not yet.
    pub fn typed(&mut self, body: BodyId) -> Option<Rc<Body>> {
        if matches!(self.program.body(body), BodyEntry::Unresolved(_)) {
            let outcome = sema::resolve_body(&mut self.program, body);
            for diagnostic in &outcome.diagnostics {
                self.report(diagnostic);
            }
            for action in outcome.actions {
                if let sema::Action::Define(global) = action {
                    self.define_native(global);
                }
            }
        }
        match self.program.body(body) {
            BodyEntry::Typed(typed) => Some(typed),
            _ => None,
        }
    }

    /// Makes code, after the checker where the body is not resolved yet.
    pub(super) fn compile(&mut self, body: BodyId, target: LowerTarget) -> Result<Code, Raise> {
        let typed = self.typed(body).ok_or_else(|| Raise::error("this body has errors and cannot run"))?;
        // Instructions name globals by number; all that are declared by now have a place.
        let count = self.program.global_count();
        if self.globals.len() < count {
            self.globals.resize(count, Value::Unset);
        }
        let globals = &self.globals;
        let value_of = |global: GlobalId| globals.get(global.0 as usize).cloned().unwrap_or_default();
        let mut world = World {
            program: &self.program,
            signatures: &mut self.signatures,
            value_of: &value_of,
            interruptible: self.interrupt.is_some(),
            counters: self.counters.as_deref_mut(),
            notes_assertions: self.assertions.notes,
        };
        let code = lower(&mut world, &typed, target);
        code.map_err(|problem| {
            let raise = Raise::error(format!("{}: {}", typed.name, problem.message()));
            self.reported_at(raise, typed.span)
        })
    }

    /// Gives the global of a native that is mentioned for the first time its value.
    fn define_native(&mut self, id: GlobalId) {
        let global = self.program.global(id);
        if let GlobalKind::Native(index) = global.kind {
            let func = FuncObject { name: global.name, ty: global.ty.clone(), kind: FuncKind::Native(index) };
            self.set_global(id, Value::Func(Rc::new(func)));
        }
    }

    /// Forgets the code of a body that will not run again, or is another one from now on.
    pub fn forget_code(&mut self, body: BodyId) {
        if let Some(place) = self.codes.get_mut(body.0 as usize) {
            *place = None;
        }
        self.when_codes.remove(&body);
    }

    /// Forgets all code and what else follows from the program: for a rewind.
    pub fn forget_all_code(&mut self) {
        self.codes.clear();
        self.when_codes.clear();
        self.globals.truncate(self.program.global_count());
        self.records = super::records::Templates::default();
    }

    /// A closure over the running frame.
    pub(super) fn closure(&mut self, code: &Code, at: ExprId, window: &Window<'_>) -> Result<Value, Raise> {
        let expr = code.body.expr(at);
        let ExprKind::Lambda { body, captures } = &expr.kind else { return Err(Raise::null()) };
        let captured = captured(code, captures, window);
        let span = expr.span;
        let func = FuncObject {
            name: self.lambda_name(*body),
            ty: expr.ty.clone(),
            kind: FuncKind::Closure(Closure { body: *body, captured: RefCell::new(captured), span }),
        };
        Ok(Value::Func(Rc::new(func)))
    }

    fn lambda_name(&self, body: BodyId) -> crate::source::Symbol {
        match self.program.body(body) {
            BodyEntry::Typed(body) => body.name,
            BodyEntry::Unresolved(body) => body.name,
            BodyEntry::Failed => "anonymous-function".into(),
        }
    }

    /// The call of the native that runs: its place, and its text as Bro shows it.
    pub(super) fn call_site(&self) -> (Span, Option<String>) {
        let Some(frame) = self.frames.last() else { return (Span::NONE, None) };
        let at = frame.code.place(frame.position);
        self.describe_place(&frame.code, at)
    }

    /// As [`Vm::call_site`]; where a function like `Log::write` does no more than call the native `Log::__write`, its
    /// call stands for that of the native.
    pub(super) fn wrapped_call_site(&self) -> (Span, Option<String>) {
        let (span, subject) = self.call_site();
        if let [.., caller, wrapper] = self.frames.as_slice()
            && let Some(shown) = &subject
        {
            let name = wrapper.code.body.name.as_str();
            let native = match name.rsplit_once("::") {
                Some((module, name)) => format!("{module}::__{name}("),
                None => format!("__{name}("),
            };
            if shown.starts_with(&native) {
                return self.describe_place(&caller.code, caller.code.place(caller.position));
            }
        }
        (span, subject)
    }

    /// Where the machine is in the script.
    pub fn place(&self) -> Span {
        self.call_site().0
    }

    /// The calls that led here, innermost first: each with where it is and what it calls.
    pub fn back_trace(&self) -> Vec<(Span, String)> {
        let mut trace = Vec::new();
        for frame in self.frames.iter().rev().take(super::MAX_TRACE) {
            let at = frame.code.place(frame.position);
            let span = frame.code.body.exprs.get(at.0 as usize).map_or(frame.code.body.span, |expr| expr.span);
            let kind = match frame.code.body.kind {
                BodyKind::Expression => "expression",
                BodyKind::When => "when",
                BodyKind::Event => "event",
                BodyKind::Hook => "hook",
                BodyKind::Function => "function",
            };
            let name = frame.code.body.name.as_str();
            // A condition of `@if`, or what was entered at the prompt, has no name of its own.
            let said = if name == kind { format!("in an {kind}") } else { format!("in {kind} {name}") };
            trace.push((span, said));
        }
        trace
    }
}

/// The values that a closure or `when` takes along.
pub(super) fn captured(code: &Code, captures: &[Captured], window: &Window<'_>) -> Vec<Value> {
    let one = |capture: &Captured| {
        let value = match code.home(capture.outer) {
            Some(Home::Number(kind, register)) => kind.to_value(window.number(register)),
            Some(Home::Value(register)) => window.value(register).clone(),
            None => Value::Unset,
        };
        if capture.copy { copy::deep_copy(&value).unwrap_or(value) } else { value }
    };
    captures.iter().map(one).collect()
}

/// Puts an argument where a parameter is; moves it there where `take` says so.
#[inline]
fn set_argument(
    stack: &mut Stack,
    kind: Option<Kind>,
    place: (usize, usize),
    argument: Option<&mut Value>,
    take: bool,
) -> bool {
    if let Some(kind) = kind {
        let bits = argument.and_then(|argument| kind.bits(argument));
        let (Some(bits), Some(register)) = (bits, stack.numbers.get_mut(place.0)) else { return false };
        *register = bits;
        return true;
    }
    let Some(register) = stack.values.get_mut(place.1) else { return false };
    match argument {
        None => put(register, Value::Unset),
        Some(argument) if take => move_value(register, argument),
        Some(argument) => match share_quickly(argument) {
            Some(shared) => put(register, shared),
            None => *register = argument.clone(),
        },
    }
    true
}

fn load_captures(stack: &mut Stack, code: &Code, captured: &[Value]) {
    let first = usize::from(code.first_capture);
    for (offset, value) in captured.iter().take(code.body.captures as usize).enumerate() {
        if let Some(place) = stack.values.get_mut(first + offset) {
            *place = value.clone();
        }
    }
}
