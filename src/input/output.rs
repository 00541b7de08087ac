//! What a reader found, in order, until it is handed to scripts.

use crate::diag::Severity;
use crate::logging::LogValue;
use crate::types::TypeRef;

/// One thing that a reader found or has to say.
#[derive(Debug)]
pub(super) enum Message {
    /// A row of a source that is read as a whole: rows that are not met any more are taken away at its end.
    Row(Vec<LogValue>),
    /// A row that only adds or changes.
    Added(Vec<LogValue>),
    /// The source was read to its end.
    End,
    /// An event of the reader's own, by name.
    Event(&'static str, Vec<(LogValue, TypeRef)>),
    Report(Severity, String),
}

/// Collects what a reader finds.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) messages: Vec<Message>,
    over: bool,
}

impl Output {
    /// A row, which `tracked` says is of a source that is read as a whole.
    pub(super) fn row(&mut self, values: Vec<LogValue>, tracked: bool) {
        self.messages.push(if tracked { Message::Row(values) } else { Message::Added(values) });
    }

    pub(super) fn end_of_source(&mut self) {
        self.messages.push(Message::End);
    }

    pub(super) fn event(&mut self, name: &'static str, arguments: Vec<(LogValue, TypeRef)>) {
        self.messages.push(Message::Event(name, arguments));
    }

    pub(super) fn warning(&mut self, message: impl Into<String>) {
        self.messages.push(Message::Report(Severity::Warning, message.into()));
    }

    /// An error, after which the stream reads no more.
    pub(super) fn error(&mut self, message: impl Into<String>) {
        self.messages.push(Message::Report(Severity::Error, message.into()));
        self.over = true;
    }

    /// The stream reads no more.
    pub(super) fn end(&mut self) {
        self.over = true;
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }
}
