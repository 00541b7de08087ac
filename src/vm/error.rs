//! Run-time errors as data.
//!
//! Bro knows two strengths of error. An `error` is reported and gives no value: the statement it stands in is given
//! up, the next one runs. An `expression error` also gives up the function body it stands in, whose call then gives no
//! value. Only what must stop everything (an exit, a stack too deep) passes through the callers as well.

use std::fmt;

use crate::diag::Form;
use crate::hir::ExprId;

/// Why an operation gives no value. Cheap to carry, cold to build.
#[derive(Debug)]
pub struct Raise(Box<RaiseKind>);

#[derive(Debug)]
pub enum RaiseKind {
    /// There is no value and nothing (more) to say: gives up the statement.
    Null,
    /// To be reported at the expression that asked.
    Error(RunTimeError),
    /// Reported already; gives up all bodies up to the event handler or whoever called into scripts.
    Handler,
    /// An assertion failed, which was reported: as [`RaiseKind::Handler`], but the other bodies of a hook run.
    Assertion,
    /// `exit(status)`.
    Exit(i32),
    /// Inside the condition of a `when`: the value comes later, see [`super::Vm::suspend`].
    Pending,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RunTimeError {
    pub form: ErrorForm,
    pub message: String,
    /// What Bro shows behind the expression: `(foo(1) and bar)`.
    pub other: Option<String>,
    /// The expression it is about, where that is not the one being evaluated.
    pub at: Option<ExprId>,
}

/// The strength of an error, and how Bro words it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorForm {
    /// `error in FILE, line N: message (expression)`: gives up the statement.
    Error,
    /// `expression error in FILE, line N: message [expression]`: gives up the body.
    Expression,
    /// `runtime error in FILE, line N: message`: gives up the body.
    RunTime,
    /// `internal error in FILE, line N: message (expression), call stack: ...`: Bro stops. Gives up the body, or ends
    /// everything where [`super::Vm::stop_at_internal_errors`] says so.
    Internal,
    /// As `Error`, but gives up everything up to the event handler.
    Fatal,
}

impl From<ErrorForm> for Form {
    fn from(form: ErrorForm) -> Self {
        match form {
            ErrorForm::Error | ErrorForm::Fatal => Form::Plain,
            ErrorForm::Expression => Form::Expression,
            ErrorForm::RunTime => Form::RunTime,
            ErrorForm::Internal => Form::Internal,
        }
    }
}

impl Raise {
    fn new(kind: RaiseKind) -> Self {
        Raise(Box::new(kind))
    }

    fn form(form: ErrorForm, message: impl Into<String>) -> Self {
        Raise::new(RaiseKind::Error(RunTimeError { form, message: message.into(), other: None, at: None }))
    }

    /// An error that gives up the statement.
    #[cold]
    pub fn error(message: impl Into<String>) -> Self {
        Raise::form(ErrorForm::Error, message)
    }

    /// An error that gives up the function body.
    #[cold]
    pub fn expression(message: impl Into<String>) -> Self {
        Raise::form(ErrorForm::Expression, message)
    }

    /// As [`Raise::expression`], shown without the expression.
    #[cold]
    pub fn run_time(message: impl Into<String>) -> Self {
        Raise::form(ErrorForm::RunTime, message)
    }

    /// What Bro takes for a mistake of its own.
    #[cold]
    pub fn internal(message: impl Into<String>) -> Self {
        Raise::form(ErrorForm::Internal, message)
    }

    /// An error that gives up everything up to the event handler.
    #[cold]
    pub fn fatal(message: impl Into<String>) -> Self {
        Raise::form(ErrorForm::Fatal, message)
    }

    #[cold]
    pub fn null() -> Self {
        Raise::new(RaiseKind::Null)
    }

    #[cold]
    pub fn handler() -> Self {
        Raise::new(RaiseKind::Handler)
    }

    #[cold]
    pub(super) fn assertion() -> Self {
        Raise::new(RaiseKind::Assertion)
    }

    #[cold]
    pub fn exit(status: i32) -> Self {
        Raise::new(RaiseKind::Exit(status))
    }

    #[cold]
    pub fn pending() -> Self {
        Raise::new(RaiseKind::Pending)
    }

    /// Names what the error is also about.
    #[must_use]
    pub fn about(mut self, other: impl Into<String>) -> Self {
        if let RaiseKind::Error(error) = &mut *self.0 {
            error.other = Some(other.into());
        }
        self
    }

    /// Points to another expression of the running body.
    #[must_use]
    pub(super) fn at(mut self, expr: ExprId) -> Self {
        if let RaiseKind::Error(error) = &mut *self.0 {
            error.at = Some(expr);
        }
        self
    }

    pub fn kind(&self) -> &RaiseKind {
        &self.0
    }

    pub fn into_kind(self) -> RaiseKind {
        *self.0
    }
}

impl fmt::Display for Raise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            RaiseKind::Null => f.write_str("no value"),
            RaiseKind::Error(error) => f.write_str(&error.message),
            RaiseKind::Handler | RaiseKind::Assertion => f.write_str("the handler was given up"),
            RaiseKind::Exit(status) => write!(f, "exit with status {status}"),
            RaiseKind::Pending => f.write_str("the value is not there yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Raise;
    use crate::value::Value;

    #[test]
    fn a_result_is_no_larger_than_a_value() {
        assert_eq!(std::mem::size_of::<Result<Value, Raise>>(), std::mem::size_of::<Value>());
    }
}
