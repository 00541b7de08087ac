//! What the machine has to say: errors and warnings with their place in the script.

use super::{ErrorForm, RunTimeError, Vm};
use crate::diag::{Code, Diagnostic, bro};
use crate::source::Span;
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
        let error = RunTimeError { form: ErrorForm::Error, message: message.into(), other: None };
        self.report_at_call(&error);
    }

    /// As [`Vm::builtin_error`], naming the argument it is about.
    #[cold]
    pub fn builtin_error_about(&mut self, message: impl Into<String>, argument: &Value) {
        let other = String::from_utf8_lossy(&argument.describe()).into_owned();
        let error = RunTimeError { form: ErrorForm::Error, message: message.into(), other: Some(other) };
        self.report_at_call(&error);
    }

    /// A warning about the place where the machine is.
    #[cold]
    pub fn warn(&mut self, message: impl Into<String>) {
        let diagnostic = Diagnostic::warning(Code::RunTimeWarning, self.place(), message);
        self.report(&diagnostic);
    }

    /// Bro's `reporter->Error`: an error that has no place in the script. The native that has it goes on.
    #[cold]
    pub fn error_without_place(&mut self, message: impl Into<String>) {
        self.report(&Diagnostic::error(Code::RunTime, Span::NONE, message));
    }

    /// Bro's `reporter->Warning`.
    #[cold]
    pub fn warning_without_place(&mut self, message: impl Into<String>) {
        self.report(&Diagnostic::warning(Code::RunTimeWarning, Span::NONE, message));
    }

    fn report_at_call(&mut self, error: &RunTimeError) {
        let (span, subject) = self.call_site();
        self.report_error(error, span, subject);
    }

    /// Reports an error at an expression, with the script back-trace.
    #[cold]
    pub(super) fn report_error(&mut self, error: &RunTimeError, span: Span, subject: Option<String>) {
        let mut diagnostic = Diagnostic::error(Code::RunTime, span, error.message.clone()).form(error.form.into());
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
