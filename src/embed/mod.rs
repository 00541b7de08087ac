//! brood as a library: a node of a cluster inside another program.
//!
//! [`Node::builder`] says what to load and as which node; the [`Node`] it gives runs scripts, calls their functions,
//! reads their variables and hands out what they print and what is wrong with them. What this face leaves out is
//! reached through [`Node::engine`].
//!
//! Values never leave their thread, so a node lives on one. Scripts may call each other deeply through natives, which
//! takes stack: [`with_stack`] gives a thread as much as the program `brood` has.

mod builder;
mod texts;

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

pub use builder::NodeBuilder;

use crate::diag::render::{Style, human};
use crate::diag::{Code, Diagnostic, Severity};
use crate::engine::Engine;
use crate::source::Span;
use crate::value::{FuncObject, Value};
use crate::vm::{Captured, Raise, RaiseKind};

/// How much stack scripts may use: calls back from natives and deeply nested values take it.
const STACK: usize = 512 << 20;

/// Does some work on a thread with room for scripts that call each other deeply, and waits for it.
///
/// # Errors
/// Where the system gives no such thread. A panic of `work` comes out of here.
pub fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work)?;
        Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// As [`with_stack`], on a thread that is not waited for yet.
pub(crate) fn spawn_with_stack<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> std::io::Result<std::thread::JoinHandle<T>> {
    std::thread::Builder::new().stack_size(STACK).spawn(work)
}

/// Why a node does not do what it was asked.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeError {
    /// Nothing has this name, or what has it is no function.
    NotAFunction(String),
    /// Nothing has this name.
    Unknown(String),
    /// A value that its place does not take.
    WrongType { expected: String, found: String },
    /// A function takes so many arguments, and not as many as it was given.
    WrongCount { expected: usize, found: usize },
    /// What was asked for gives no value.
    NoValue,
    /// The errors that came of it; the last ones tell most.
    Failed(Vec<Diagnostic>),
    /// A script called `exit`.
    Exit(i32),
}

impl fmt::Display for NodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NodeError::NotAFunction(name) => write!(f, "{name} is no function"),
            NodeError::Unknown(name) => write!(f, "{name} is not declared, or has no value"),
            NodeError::WrongType { expected, found } => write!(f, "a {found} where a {expected} belongs"),
            NodeError::WrongCount { expected, found } => write!(f, "{found} arguments, not {expected}"),
            NodeError::NoValue => f.write_str("no value"),
            NodeError::Failed(diagnostics) => {
                let mut messages = diagnostics.iter().map(|diagnostic| &*diagnostic.message);
                f.write_str(messages.next().unwrap_or("failed"))?;
                messages.try_for_each(|message| write!(f, "; {message}"))
            }
            NodeError::Exit(status) => write!(f, "the script ended with status {status}"),
        }
    }
}

impl std::error::Error for NodeError {}

/// A node of a cluster, or a script of its own, with everything loaded.
pub struct Node {
    engine: Engine,
    captured: Captured,
    diagnostics: Rc<RefCell<Vec<Diagnostic>>>,
    interrupt: Arc<AtomicBool>,
}

impl Node {
    pub fn builder() -> NodeBuilder {
        NodeBuilder::default()
    }

    /// Runs from the events that begin a run to those that end it, as the program `brood` does. Gives the exit status.
    pub fn run(&mut self) -> i32 {
        self.engine.run(&self.interrupt)
    }

    /// Runs what begins a run: statements outside functions, `bro_init`, and the events that these raise. After that,
    /// [`Node::step`], [`Node::run_until`] or [`Node::poll`] as long as there is something to wait for, then
    /// [`Node::stop`].
    pub fn start(&mut self) -> Result<(), NodeError> {
        self.guarded(Engine::start)
    }

    /// One round of the main loop: runs what is due, or waits for at most a tenth of a second. False where nothing can
    /// come any more.
    pub fn step(&mut self) -> Result<bool, NodeError> {
        if !self.engine.goes_on(&self.interrupt) {
            return Ok(false);
        }
        self.guarded(Engine::step)?;
        Ok(self.engine.goes_on(&self.interrupt))
    }

    /// Runs what is due now, and lets bytes go in and out; does not wait. For programs with a loop of their own: to be
    /// called often. False where nothing can come any more.
    pub fn poll(&mut self) -> Result<bool, NodeError> {
        if !self.engine.goes_on(&self.interrupt) {
            return Ok(false);
        }
        self.guarded(|engine| engine.step_within(0.0))?;
        Ok(self.engine.goes_on(&self.interrupt))
    }

    /// Goes on, waiting where nothing is due, until `done` says so. False where that did not happen within `limit`, or
    /// before nothing could come any more.
    pub fn run_until(&mut self, limit: Duration, mut done: impl FnMut(&mut Node) -> bool) -> Result<bool, NodeError> {
        let end = self.engine.vm.host.now() + limit.as_secs_f64();
        loop {
            if done(self) {
                return Ok(true);
            }
            let left = end - self.engine.vm.host.now();
            if left <= 0.0 || !self.engine.goes_on(&self.interrupt) {
                return Ok(false);
            }
            self.guarded(|engine| engine.step_within(left))?;
        }
    }

    /// Runs what ends a run: timers that are left, and `bro_done`.
    pub fn stop(&mut self) -> Result<(), NodeError> {
        self.guarded(Engine::stop)
    }

    /// Calls a function, event or hook by its full name. An event's handlers run at once.
    pub fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, NodeError> {
        let function = self.function(name)?;
        let arguments = self.fitting(&function, arguments)?;
        let before = self.error_count();
        let result = self.engine.vm.call(&function, &arguments);
        self.outcome(before, result)
    }

    /// Queues an event, to be handled by the next [`Node::step`] or call that drains the queue.
    pub fn queue_event(&mut self, name: &str, arguments: &[Value]) -> Result<(), NodeError> {
        let event = self.function(name)?;
        let arguments = self.fitting(&event, arguments)?;
        self.engine.vm.queue_event(&event, arguments);
        Ok(())
    }

    /// What a global variable, constant, option or enum name holds, by its full name.
    pub fn global(&self, name: &str) -> Option<Value> {
        self.engine.vm.global_by_name(name)
    }

    /// The value of an expression, as it would be outside all functions.
    pub fn evaluate(&mut self, expression: &str) -> Result<Value, NodeError> {
        let before = self.error_count();
        let body = self.engine.parse(expression).map_err(|diagnostic| NodeError::Failed(vec![*diagnostic]))?;
        let Some((body, _)) = self.engine.prepare(&body) else { return Err(self.failure(before)) };
        let result = self.engine.evaluate(body).map(Option::unwrap_or_default);
        self.outcome(before, result)
    }

    /// What scripts printed since the last time.
    pub fn take_output(&mut self) -> Vec<u8> {
        self.captured.output.take()
    }

    /// What scripts and natives wrote to standard error since the last time. Diagnostics are not in it.
    pub fn take_errors(&mut self) -> Vec<u8> {
        self.captured.errors.take()
    }

    /// What was reported since the last time, in loading and running: notes and warnings too.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        self.diagnostics.take()
    }

    /// A diagnostic as text with the lines of source it is about.
    pub fn show(&self, diagnostic: &Diagnostic) -> String {
        human(&self.engine.vm.program.sources, diagnostic, Style::default())
    }

    /// Set from another thread, it ends what runs: loops with an error, [`Node::run`] as a signal would.
    pub fn interrupt(&self) -> Arc<AtomicBool> {
        self.interrupt.clone()
    }

    /// Everything else.
    pub fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    fn function(&self, name: &str) -> Result<Rc<FuncObject>, NodeError> {
        match self.global(name) {
            Some(Value::Func(function)) => Ok(function),
            _ => Err(NodeError::NotAFunction(name.to_string())),
        }
    }

    /// Arguments as a function takes them: numbers become what the parameters are, and those left out their defaults.
    fn fitting(&mut self, function: &FuncObject, arguments: &[Value]) -> Result<Vec<Value>, NodeError> {
        let Some(ty) = function.ty.as_func() else { return Err(NodeError::NotAFunction(function.name.to_string())) };
        if ty.variadic {
            return Ok(arguments.to_vec());
        }
        let wrong_count = || NodeError::WrongCount { expected: ty.parameters.len(), found: arguments.len() };
        if arguments.len() > ty.parameters.len() {
            return Err(wrong_count());
        }
        let mut fitting = Vec::with_capacity(ty.parameters.len());
        for (index, parameter) in ty.parameters.iter().enumerate() {
            let vm = &mut self.engine.vm;
            let value = match (arguments.get(index), parameter.default) {
                (Some(value), _) => vm.fit(value, &parameter.ty).ok_or_else(|| NodeError::WrongType {
                    expected: parameter.ty.to_string(),
                    found: value.type_of().to_string(),
                })?,
                (None, Some(default)) => {
                    let before = self.error_count();
                    let value = self.engine.vm.thunk(default);
                    self.outcome(before, value)?
                }
                (None, None) => return Err(wrong_count()),
            };
            fitting.push(value);
        }
        Ok(fitting)
    }

    fn error_count(&self) -> usize {
        self.diagnostics.borrow().len()
    }

    /// What was reported since `before`.
    fn failure(&self, before: usize) -> NodeError {
        let diagnostics = self.diagnostics.borrow();
        let new = diagnostics.get(before..).unwrap_or_default();
        NodeError::Failed(new.iter().filter(|diagnostic| diagnostic.severity >= Severity::Error).cloned().collect())
    }

    fn guarded(&mut self, work: impl FnOnce(&mut Engine) -> Result<(), Raise>) -> Result<(), NodeError> {
        let before = self.error_count();
        match work(&mut self.engine) {
            Ok(()) => Ok(()),
            Err(raise) => self.outcome(before, Err(raise)).map(|_| ()),
        }
    }

    /// What a call came to. An error that only cost a statement is in the diagnostics, and the value stands.
    fn outcome(&mut self, before: usize, result: Result<Value, Raise>) -> Result<Value, NodeError> {
        match result.map_err(Raise::into_kind) {
            Ok(value) if value.is_set() => Ok(value),
            Err(RaiseKind::Exit(status)) => Err(NodeError::Exit(status)),
            Err(RaiseKind::Error(error)) => {
                Err(NodeError::Failed(vec![Diagnostic::error(Code::RunTime, Span::NONE, error.message)]))
            }
            Err(RaiseKind::Null | RaiseKind::Handler | RaiseKind::Assertion | RaiseKind::Pending) | Ok(_) => {
                match self.failure(before) {
                    NodeError::Failed(diagnostics) if diagnostics.is_empty() => Ok(Value::Unset),
                    failure => Err(failure),
                }
            }
        }
    }
}
