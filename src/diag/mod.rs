//! Diagnostics: what is wrong, where, and what to do about it. Data only; [`render`] shows them to people, [`bro`] in
//! Bro's own line form, [`json`] and [`sarif`] to programs.
//!
//! A diagnostic carries Bro's own wording as `message`, `subject` and `other`, so that the binary called as `bro`
//! prints exactly Bro's line, and beside it whatever helps a person: labels, notes, a fix.

pub mod bro;
pub mod codes;
pub mod json;
mod region;
pub mod render;
pub mod sarif;
mod say;
mod similar;
pub mod terminal;

use crate::source::Span;
pub use codes::Code;
pub(crate) use say::{say, say_line};
pub use similar::similar;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    Note,
    Warning,
    Error,
    /// Bro stops at once.
    Fatal,
}

impl Severity {
    /// `note`, `warning`, `error`, `fatal error`: as Bro's lines begin, and lower case everywhere else too.
    pub fn text(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
            Severity::Fatal => "fatal error",
        }
    }

    /// Makes the run fail: `Error` and `Fatal`.
    pub fn is_error(self) -> bool {
        self >= Severity::Error
    }
}

/// Which of Bro's forms the line has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// `error in PLACE: message (subject)`, with the severity in front.
    #[default]
    Plain,
    /// `expression error in PLACE: message [subject]`
    Expression,
    /// `runtime error in PLACE: message`
    RunTime,
    /// `internal error in PLACE: message (subject)`
    Internal,
    /// `internal warning in PLACE: message (subject)`
    InternalWarning,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub severity: Severity,
    pub form: Form,
    pub code: Code,
    /// Bro's wording where Bro has one: `no such index`.
    pub message: String,
    pub span: Span,
    /// Where the place is not in a source: the text Bro shows instead (`count` for a basic type).
    pub place: Option<String>,
    /// The expression or name Bro shows in parentheses behind the message.
    pub subject: Option<String>,
    /// Bro's second place and its expression: `line 9 and count: ... (x and count)`. A place without a span is shown
    /// by its text alone.
    pub other: Option<Other>,
    /// What to say at the span beyond the message, in a person's words.
    pub label: Option<String>,
    /// Further places that matter.
    pub related: Vec<(Span, String)>,
    pub notes: Vec<String>,
    pub fix: Option<Fix>,
    /// For errors of loading: the `@load`s that led here, innermost first. For run-time errors: the script back-trace.
    pub chain: Vec<(Span, String)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    pub span: Span,
    pub place: Option<String>,
    pub subject: Option<String>,
}

/// A replacement that would heal the input.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    pub span: Span,
    pub replacement: String,
    pub message: String,
}

impl Diagnostic {
    pub fn new(severity: Severity, code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            severity,
            form: Form::Plain,
            code,
            message: message.into(),
            span,
            place: None,
            subject: None,
            other: None,
            label: None,
            related: Vec::new(),
            notes: Vec::new(),
            fix: None,
            chain: Vec::new(),
        }
    }

    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, span, message)
    }

    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, span, message)
    }

    pub fn fatal(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self::new(Severity::Fatal, code, span, message)
    }

    #[must_use]
    pub fn form(mut self, form: Form) -> Self {
        self.form = form;
        self
    }

    #[must_use]
    pub fn place(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    #[must_use]
    pub fn subject(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    #[must_use]
    pub fn other(mut self, span: Span, place: Option<String>, subject: Option<String>) -> Self {
        self.other = Some(Other { span, place, subject });
        self
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub fn related(mut self, span: Span, text: impl Into<String>) -> Self {
        self.related.push((span, text.into()));
        self
    }

    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    #[must_use]
    pub fn chain(mut self, chain: Vec<(Span, String)>) -> Self {
        self.chain = chain;
        self
    }

    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>, message: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into(), message: message.into() });
        self
    }
}
