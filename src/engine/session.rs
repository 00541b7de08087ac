//! What a session at a prompt needs beyond loading and running: single expressions, what is due between two inputs,
//! and going back.

use std::rc::Rc;

use super::Engine;
use super::main_loop::INIT;
use crate::diag::{Code, Diagnostic};
use crate::load::{syntax_diagnostic, token_diagnostic};
use crate::sema::{Checker, Outcome};
use crate::source::{FileId, Symbol};
use crate::syntax::ast;
use crate::syntax::lexer::Lexer;
use crate::syntax::parser::parse_expression;
use crate::types::TypeRef;
use crate::value::{BodyId, FuncObject, FunctionBody, Value};
use crate::vm::{Raise, RaiseKind, VmSnapshot};

/// Rounds of events and timers that follow one input; a handler that raises its own event goes on later.
const ROUNDS: usize = 20;

/// Timers that one input lets run.
const TIMERS: usize = 10_000;

/// An engine at one moment; see [`VmSnapshot`] for what is not in it.
pub struct EngineSnapshot {
    vm: VmSnapshot,
    module: Symbol,
    ignore_deprecations: bool,
    statements: Vec<BodyId>,
    scripts: Vec<(FileId, usize)>,
}

impl EngineSnapshot {
    /// How many values it holds.
    pub fn size(&self) -> usize {
        self.vm.size()
    }
}

impl Engine {
    /// Reads an expression; or what is wrong with it.
    pub fn parse(&mut self, expression: &str) -> Result<ast::Expr, Box<Diagnostic>> {
        let file = self.vm.program.sources.add("<expression>", expression.as_bytes().into(), false);
        let tokens = Lexer::new(file, expression.as_bytes()).collect::<Result<Vec<_>, _>>();
        let tokens = tokens.map_err(|error| Box::new(token_diagnostic(&error)))?;
        parse_expression(&tokens).map_err(|error| Box::new(syntax_diagnostic(&error, expression.as_bytes())))
    }

    /// Checks an expression and makes it ready to run. `None` where it is wrong; that was reported.
    pub fn prepare(&mut self, expr: &ast::Expr) -> Option<(BodyId, TypeRef)> {
        let options = self.checker_options();
        let outcome = Checker::new(&mut self.vm.program, self.module, options).expression(expr);
        let failed = outcome.diagnostics.iter().any(|diagnostic| diagnostic.severity.is_error());
        for diagnostic in &outcome.diagnostics {
            self.report(diagnostic);
        }
        self.perform(outcome.actions);
        outcome.body.filter(|_| !failed)
    }

    /// Evaluates what was made ready. No value where a run-time error kept it from having one; that was reported. The
    /// error is a script's `exit`.
    pub fn evaluate(&mut self, body: BodyId) -> Result<Option<Value>, Raise> {
        let result = self.vm.run_body(body, &[]);
        self.outcome(result)
    }

    /// Calls a function. No value where a run-time error kept it from having one; that was reported. The error is a
    /// script's `exit`.
    pub fn call(&mut self, function: &Rc<FuncObject>, arguments: &[Value]) -> Result<Option<Value>, Raise> {
        let result = self.vm.call(function, arguments);
        self.outcome(result)
    }

    /// The type of an expression, with nothing left behind; or what is wrong with it.
    pub fn type_of(&mut self, expr: &ast::Expr) -> Result<TypeRef, Vec<Diagnostic>> {
        let mark = self.vm.program.mark();
        let options = self.checker_options();
        let Outcome { diagnostics, body, .. } =
            Checker::new(&mut self.vm.program, self.module, options).expression(expr);
        self.vm.program.rewind(&mark);
        match body {
            Some((_, ty)) => Ok(ty),
            None => Err(diagnostics),
        }
    }

    /// Runs the statements that were read since the last time.
    pub fn run_statements(&mut self) -> Result<(), Raise> {
        for body in std::mem::take(&mut self.statements) {
            let result = self.vm.run_body(body, &[]);
            self.outcome(result)?;
        }
        Ok(())
    }

    /// The bodies of the events that begin a run.
    pub fn init_handlers(&self) -> Vec<FunctionBody> {
        let bodies = INIT.iter().filter_map(|name| match self.vm.global_by_name(name) {
            Some(Value::Func(event)) => Some(event.bodies()),
            _ => None,
        });
        bodies.flatten().collect()
    }

    /// Runs the bodies of the events that begin a run that came since `before`: the run has begun already.
    pub fn run_init_handlers(&mut self, before: &[FunctionBody]) -> Result<(), Raise> {
        let is_new = |body: &FunctionBody| !before.iter().any(|other| other.body == body.body);
        let mut bodies: Vec<FunctionBody> = self.init_handlers().into_iter().filter(is_new).collect();
        bodies.sort_by_key(|body| std::cmp::Reverse(body.priority));
        for body in bodies {
            let result = self.vm.run_body(body.body, &[]);
            self.outcome(result)?;
        }
        Ok(())
    }

    /// Moves the clock and runs what is due by now: answers from outside, timers, events, conditions.
    pub fn catch_up(&mut self) -> Result<(), Raise> {
        let mut timers = TIMERS;
        for _ in 0..ROUNDS {
            // Bytes go in and out.
            self.vm.host.wait(0.0);
            let now = self.vm.host.now();
            self.vm.set_network_time(now);
            self.vm.poll();
            let ran = self.vm.run_timers(timers)?;
            timers = timers.saturating_sub(ran);
            self.vm.drain_events()?;
            if (ran == 0 || timers == 0) && !self.vm.has_events() {
                break;
            }
        }
        Ok(())
    }

    /// Takes everything down that an input can change.
    pub fn snapshot(&self) -> EngineSnapshot {
        EngineSnapshot {
            vm: self.vm.snapshot(),
            module: self.module,
            ignore_deprecations: self.ignore_deprecations,
            statements: self.statements.clone(),
            scripts: self.scripts.clone(),
        }
    }

    /// Goes back.
    pub fn restore(&mut self, saved: EngineSnapshot) {
        self.vm.restore(saved.vm);
        self.module = saved.module;
        self.ignore_deprecations = saved.ignore_deprecations;
        self.statements = saved.statements;
        self.scripts = saved.scripts;
    }

    /// Sorts what comes out of a run: a value, an error that was reported, or an exit.
    fn outcome(&mut self, result: Result<Value, Raise>) -> Result<Option<Value>, Raise> {
        let raise = match result {
            Ok(value) => return Ok(Some(value)),
            Err(raise) => raise,
        };
        match raise.kind() {
            RaiseKind::Exit(_) => return Err(raise),
            RaiseKind::Error(error) => {
                let diagnostic = Diagnostic::error(Code::RunTime, crate::source::Span::NONE, error.message.clone());
                self.report(&diagnostic);
            }
            RaiseKind::Null | RaiseKind::Handler | RaiseKind::Assertion | RaiseKind::Pending => {}
        }
        Ok(None)
    }
}
