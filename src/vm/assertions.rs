//! Assertions: what a failure says, the hooks that hear of it, and the values of its parts where they are noted.
//!
//! As in Zeek, a failed assertion gives up all functions up to the event handler or hook it stands in.

use std::rc::Rc;

use super::{Raise, Vm};
use crate::code::Code;
use crate::diag::{self, Diagnostic};
use crate::hir::describe::Names;
use crate::hir::{ExprId, ExprKind, GlobalId};
use crate::source::Span;
use crate::value::{FuncObject, Value};

/// What a failed assertion is about.
#[derive(Clone, Debug)]
pub struct FailedAssertion {
    /// Where the condition stands.
    pub span: Span,
    /// As Zeek shows it.
    pub condition: String,
    /// What the script says about it; empty where it says nothing.
    pub message: String,
    /// The parts of the condition that were evaluated, in order.
    pub parts: Vec<NotedPart>,
    /// The calls that led there, innermost first.
    pub chain: Vec<(Span, String)>,
}

/// A part of a condition, and its value: unset where it had none.
#[derive(Clone, Debug)]
pub struct NotedPart {
    pub span: Span,
    pub value: Value,
}

#[derive(Default)]
pub(super) struct Assertions {
    /// Notes are taken.
    pub(super) notes: bool,
    taken: Vec<Note>,
    failed: Vec<FailedAssertion>,
}

struct Note {
    /// How many frames there were: a condition may call functions that have assertions of their own.
    depth: usize,
    expr: ExprId,
    value: Value,
}

impl Vm {
    /// From here on failed assertions are kept with the values of their parts. For code that is made from now on.
    pub fn explain_assertions(&mut self) {
        self.assertions.notes = true;
        self.forget_all_code();
    }

    /// The assertions that failed since the last time, where they are explained.
    pub fn take_failed_assertions(&mut self) -> Vec<FailedAssertion> {
        std::mem::take(&mut self.assertions.failed)
    }

    pub(super) fn begin_notes(&mut self) {
        let depth = self.frames.len();
        // Those of a condition in the same frame or in one that is gone.
        let end = self.assertions.taken.iter().rposition(|note| note.depth < depth).map_or(0, |last| last + 1);
        self.assertions.taken.truncate(end);
    }

    pub(super) fn note(&mut self, expr: ExprId, value: Value) {
        self.assertions.taken.push(Note { depth: self.frames.len(), expr, value });
    }

    /// Tells of a failure; gives what unwinds the callers.
    #[cold]
    pub(super) fn assertion_failed(&mut self, code: &Rc<Code>, at: ExprId, message: &Value) -> Raise {
        let condition = self.condition_text(code, at);
        let message = message_text(message);
        let result = self.tell_hook("assertion_result", Some(false), code, at, (&condition, &message));
        let failure = self.tell_hook("assertion_failure", None, code, at, (&condition, &message));
        let is_reported = match (result, failure) {
            (Ok(result), Ok(failure)) => result && failure,
            (Err(raise), _) | (_, Err(raise)) => return raise,
        };
        let span = code.body.exprs.get(at.0 as usize).map_or(code.body.span, |expr| expr.span);
        let chain = self.back_trace();
        if self.assertions.notes {
            let parts = self.noted_parts(code);
            let failed = FailedAssertion {
                span,
                condition: condition.clone(),
                message: message.clone(),
                parts,
                chain: chain.clone(),
            };
            self.assertions.failed.push(failed);
        }
        if is_reported {
            let mut text = format!("assertion failure: {condition}");
            if !message.is_empty() {
                text.push_str(&format!(" ({message})"));
            }
            self.report(&Diagnostic::error(diag::Code::RunTime, span, text).chain(chain));
        }
        Raise::assertion()
    }

    /// Tells that an assertion held, where a hook wants to know.
    #[cold]
    pub(super) fn assertion_held(&mut self, code: &Rc<Code>, at: ExprId, message: &Value) -> Result<(), Raise> {
        let condition = self.condition_text(code, at);
        let message = message_text(message);
        self.tell_hook("assertion_result", Some(true), code, at, (&condition, &message)).map(|_| ())
    }

    fn condition_text(&self, code: &Code, at: ExprId) -> String {
        let global = |id: GlobalId| self.program.global(id).name;
        let names =
            Names { exprs: &code.body.exprs, locals: &code.body.locals, global: &global, full: false, quoted: true };
        names.describe(at)
    }

    /// The notes of the condition in the frame at work.
    fn noted_parts(&self, code: &Code) -> Vec<NotedPart> {
        let depth = self.frames.len();
        let notes = self.assertions.taken.iter().filter(|note| note.depth == depth);
        let part = |note: &Note| {
            let expr = code.body.exprs.get(note.expr.0 as usize)?;
            // What the checker put in has no text.
            let is_written = !matches!(expr.kind, ExprKind::Convert(..) | ExprKind::Thunk(_));
            is_written.then(|| NotedPart { span: expr.span, value: note.value.clone() })
        };
        notes.filter_map(part).collect()
    }

    /// Calls a hook that scripts may have for assertions; false where it takes it upon itself to tell.
    fn tell_hook(
        &mut self,
        name: &str,
        held: Option<bool>,
        code: &Rc<Code>,
        at: ExprId,
        (condition, message): (&str, &str),
    ) -> Result<bool, Raise> {
        let hook = match self.global_by_name(name) {
            Some(Value::Func(hook)) if FuncObject::has_bodies(&hook) => hook,
            _ => return Ok(true),
        };
        let span = code.body.exprs.get(at.0 as usize).map(|expr| expr.span);
        let trace = self.trace_value(("assert", span))?;
        let mut arguments: Vec<Value> = held.into_iter().map(Value::Bool).collect();
        arguments.extend([Value::string(condition), Value::string(message), trace]);
        Ok(!matches!(self.call(&hook, &arguments)?, Value::Bool(false)))
    }
}

fn message_text(message: &Value) -> String {
    match message {
        Value::String(text) => text.to_lossy().to_string(),
        _ => String::new(),
    }
}
