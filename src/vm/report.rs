//! What the machine has to say: errors and warnings with their place in the script.

use super::frame::Frame;
use super::{ErrorForm, Raise, RaiseKind, RunTimeError, Vm};
use crate::code::Code;
use crate::diag::{self, Diagnostic, bro};
use crate::hir::describe::Names;
use crate::hir::{Expr, ExprId, ExprKind, GlobalId};
use crate::source::Span;
use crate::types::TypeTag;
use crate::value::Value;

/// Takes what the machine has to say. It may use the machine, for example to queue Bro's `reporter_error` event.
pub type Reporter = Box<dyn FnMut(&mut Vm, &Diagnostic)>;

impl Vm {
    /// Says who takes diagnostics. Without a reporter they go to standard error in Bro's form.
    pub fn set_reporter(&mut self, reporter: Reporter) {
        self.reporter = Some(reporter);
    }

    /// How many errors were reported so far.
    pub fn error_count(&self) -> usize {
        self.errors
    }

    /// Hands a diagnostic to the reporter.
    #[cold]
    pub fn report(&mut self, diagnostic: &Diagnostic) {
        if diagnostic.severity.is_error() {
            self.errors += 1;
        }
        // While a reporter runs, what it causes goes out the plain way.
        if let Some(mut reporter) = self.reporter.take() {
            reporter(self, diagnostic);
            self.reporter = self.reporter.take().or(Some(reporter));
            return;
        }
        let text = format!("{}\n", bro::line(&self.program.sources, diagnostic));
        self.host.write_error(text.as_bytes());
    }

    /// Bro's `builtin_error`: reports a problem of the native that runs, at the call of it. The native then gives
    /// whatever Bro's native gives.
    #[cold]
    pub fn builtin_error(&mut self, message: impl Into<String>) {
        let error = RunTimeError { form: ErrorForm::Error, message: message.into(), other: None, at: None };
        self.report_at_call(&error);
    }

    /// As [`Vm::builtin_error`], naming the argument it is about.
    #[cold]
    pub fn builtin_error_about(&mut self, message: impl Into<String>, argument: &Value) {
        let other = String::from_utf8_lossy(&argument.describe()).into_owned();
        let error = RunTimeError { form: ErrorForm::Error, message: message.into(), other: Some(other), at: None };
        self.report_at_call(&error);
    }

    /// A warning about the place where the machine is.
    #[cold]
    pub fn warn(&mut self, message: impl Into<String>) {
        let diagnostic = Diagnostic::warning(diag::Code::RunTimeWarning, self.place(), message);
        self.report(&diagnostic);
    }

    /// Bro's `reporter->Error`: an error that has no place in the script. The native that has it goes on.
    #[cold]
    pub fn error_without_place(&mut self, message: impl Into<String>) {
        self.report(&Diagnostic::error(diag::Code::RunTime, Span::NONE, message));
    }

    /// Bro's `reporter->Warning`.
    #[cold]
    pub fn warning_without_place(&mut self, message: impl Into<String>) {
        self.report(&Diagnostic::warning(diag::Code::RunTimeWarning, Span::NONE, message));
    }

    fn report_at_call(&mut self, error: &RunTimeError) {
        let (span, subject) = self.wrapped_call_site();
        self.report_error(error, span, subject);
    }

    /// Bro's `reporter->Warning` while scripts run: it names no place. The back-trace has the body and who called it.
    #[cold]
    pub(super) fn warn_of_body(&mut self, code: &Code, message: String) {
        let mut chain = vec![(code.body.span, format!("in function {}", code.body.name))];
        chain.append(&mut self.back_trace());
        self.report(&Diagnostic::warning(diag::Code::RunTimeWarning, Span::NONE, message).chain(chain));
    }

    /// Reports an error about an expression of a body.
    #[cold]
    pub(super) fn report_in(&mut self, code: &Code, at: ExprId, error: &RunTimeError) {
        let (span, subject) = self.describe_place(code, at);
        self.report_error(error, span, subject);
    }

    /// Bro complains about every list around the value that is missing: of an index, or of a record's fields.
    #[cold]
    pub(super) fn report_lists(&mut self, frame: &Frame) {
        let code = frame.code.clone();
        let exprs = &code.body.exprs;
        let mut inner = code.place(frame.position);
        // What is inside stands before what is around it.
        for (index, expr) in exprs.iter().enumerate().skip((inner.0 as usize).saturating_add(1)) {
            let mut is_around = false;
            expr.for_each_child(|child| is_around |= child == inner);
            if !is_around {
                continue;
            }
            let is_listed = match &expr.kind {
                // These keep or leave out the part that has no value, and go on.
                ExprKind::Vector(_) | ExprKind::Table { .. } | ExprKind::Set { .. } | ExprKind::Merged { .. } => return,
                ExprKind::Index { container, .. } => *container != inner,
                ExprKind::In { indices, container } => {
                    *container != inner && (indices.len() > 1 || is_in_list(exprs, inner, *container))
                }
                ExprKind::Record(_) => true,
                _ => false,
            };
            inner = ExprId(index as u32);
            if is_listed {
                let global = |id: GlobalId| self.program.global(id).name;
                let names = Names { exprs, locals: &code.body.locals, global: &global, full: false, quoted: false };
                let list = names.describe_list(inner);
                let error = RunTimeError {
                    form: ErrorForm::Error,
                    message: "uninitialized list value".into(),
                    other: None,
                    at: None,
                };
                self.report_error(&error, expr.span, list);
            }
        }
    }

    /// The place of an expression and its text as Bro shows it.
    pub(super) fn describe_place(&self, code: &Code, at: ExprId) -> (Span, Option<String>) {
        let Some(expr) = code.body.exprs.get(at.0 as usize) else { return (code.body.span, None) };
        let global = |id: GlobalId| self.program.global(id).name;
        let names =
            Names { exprs: &code.body.exprs, locals: &code.body.locals, global: &global, full: false, quoted: false };
        (expr.span, Some(names.describe(at)))
    }

    /// Reports what stops everything at the place where the machine is, and gives what unwinds the callers.
    #[cold]
    pub(super) fn reported(&mut self, raise: Raise) -> Raise {
        let (span, subject) = self.call_site();
        match raise.into_kind() {
            RaiseKind::Error(error) => {
                self.report_error(&error, span, subject);
                Raise::handler()
            }
            RaiseKind::Exit(status) => Raise::exit(status),
            RaiseKind::Pending => Raise::pending(),
            _ => Raise::handler(),
        }
    }

    /// As [`Vm::reported`], about a body that cannot run: gives up the statement that wanted it.
    #[cold]
    pub(super) fn reported_at(&mut self, raise: Raise, span: Span) -> Raise {
        if let RaiseKind::Error(error) = raise.into_kind() {
            self.report_error(&error, span, None);
        }
        Raise::null()
    }

    /// Reports an error at an expression, with the script back-trace.
    #[cold]
    pub(super) fn report_error(&mut self, error: &RunTimeError, span: Span, subject: Option<String>) {
        let mut diagnostic =
            Diagnostic::error(diag::Code::RunTime, span, error.message.clone()).form(error.form.into());
        if error.form != ErrorForm::RunTime {
            diagnostic.subject = subject;
        }
        if let Some(other) = &error.other {
            diagnostic = diagnostic.other(Span::NONE, None, Some(other.clone()));
        }
        diagnostic.chain = self.back_trace();
        self.report(&diagnostic);
    }
}

/// Whether Bro makes a list of the only operand left of an `in`: unless both sides are plain.
fn is_in_list(exprs: &[Expr], left: ExprId, right: ExprId) -> bool {
    let tag = |id: ExprId| exprs.get(id.0 as usize).map_or(TypeTag::Error, |expr| expr.ty.tag());
    !matches!(
        (tag(left), tag(right)),
        (TypeTag::Pattern | TypeTag::Record, _) | (TypeTag::String, TypeTag::String) | (TypeTag::Addr, TypeTag::Subnet)
    )
}
