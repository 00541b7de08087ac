//! The wording of the checker's errors, and how they get at the text of an expression or type.
//!
//! Bro reports on objects: a place, the message, and in parentheses the object's text; a second object adds `and`.

use super::Checker;
use crate::diag::{Code, Diagnostic, Severity};
use crate::hir::describe::Names;
use crate::hir::{ExprId, ExprKind};
use crate::source::{Span, Symbol};
use crate::types::{Type, TypeRef};

/// Reports on one declaration beyond these are dropped.
const MAX_REPORTS: usize = 1000;

/// Beyond this many reports on one declaration no more "did you mean" is looked for.
const MAX_SUGGESTIONS: usize = 50;

/// What an error is about.
pub(crate) enum Object<'a> {
    Expr(ExprId),
    Type(&'a TypeRef),
    /// Bro's list of arguments or elements.
    Exprs(&'a [ExprId]),
}

impl Checker<'_> {
    /// An expression's text as Bro's messages show it.
    pub(crate) fn describe(&self, id: ExprId) -> String {
        let Some(context) = self.contexts.last() else { return String::new() };
        let global = |id| self.program.global(id).name;
        Names { exprs: &context.exprs, locals: &context.locals, global: &global, full: false, quoted: false }
            .describe(id)
    }

    fn object(&self, object: &Object<'_>) -> (Span, Option<String>, String) {
        match object {
            Object::Expr(id) => (self.span(*id), None, self.describe(*id)),
            Object::Type(ty) => {
                let place = ty.span.get();
                (place, place.is_none().then(|| ty.to_string()), ty.short())
            }
            Object::Exprs(ids) => {
                let span = ids.first().map_or(Span::NONE, |id| self.span(*id));
                let texts: Vec<String> = ids.iter().map(|id| self.describe(*id)).collect();
                (span, None, texts.join(", "))
            }
        }
    }

    /// Bro's `obj->Error(msg)`.
    pub(crate) fn error(&mut self, code: Code, object: &Object<'_>, message: impl Into<String>) {
        let (span, _, text) = self.object(object);
        self.report(Diagnostic::error(code, span, message).subject(text));
    }

    /// Bro's `obj->Error(msg, obj2)`.
    pub(crate) fn error2(&mut self, code: Code, first: &Object<'_>, second: &Object<'_>, message: impl Into<String>) {
        let (span, place, text) = self.object(first);
        let (span2, place2, text2) = self.object(second);
        let mut diagnostic = Diagnostic::error(code, span, message).subject(text).other(span2, place2, Some(text2));
        diagnostic.place = place;
        self.report(diagnostic);
    }

    /// `ExprError`: reports on an expression and makes it an error.
    pub(crate) fn expr_error(&mut self, code: Code, id: ExprId, message: impl Into<String>) -> ExprId {
        self.error(code, &Object::Expr(id), message);
        self.invalidate(id)
    }

    /// Replaces an expression by an error with the same text.
    pub(crate) fn invalidate(&mut self, id: ExprId) -> ExprId {
        let text = self.describe(id).into_boxed_str();
        let span = self.span(id);
        self.add(ExprKind::Invalid(text), Type::error(), span)
    }

    pub(crate) fn invalid(&mut self, text: impl Into<Box<str>>, span: Span) -> ExprId {
        self.add(ExprKind::Invalid(text.into()), Type::error(), span)
    }

    /// An error at a place, without a text in parentheses.
    pub(crate) fn error_at(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// An error about a declared name.
    pub(crate) fn name_error(&mut self, code: Code, name: Symbol, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message).subject(name.as_str()));
    }

    pub(crate) fn warn(&mut self, code: Code, object: &Object<'_>, message: impl Into<String>) {
        let (span, _, text) = self.object(object);
        self.report(Diagnostic::warning(code, span, message).subject(text));
    }

    /// Reports, as long as there are not so many reports on one declaration that nobody reads them.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        if self.diagnostics.len() < MAX_REPORTS {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Whether a look for similar names is still worth its time.
    pub(super) fn makes_suggestions(&self) -> bool {
        self.diagnostics.len() < MAX_SUGGESTIONS
    }

    /// An attribute has no meaning for this program; it is accepted.
    pub(crate) fn note_ignored_attribute(&mut self, attribute: &str, span: Span) {
        let message = format!("{attribute} is accepted and has no effect here");
        self.report(Diagnostic::new(Severity::Note, Code::IgnoredAttribute, span, message));
    }

    /// Bro's `deprecated (x)`.
    pub(crate) fn warn_deprecated(&mut self, name: &str, text: Option<&str>, span: Span) {
        if self.options.ignore_deprecations {
            return;
        }
        let message = match text {
            Some(text) if !text.is_empty() => format!("deprecated ({name}): {text}"),
            _ => format!("deprecated ({name})"),
        };
        self.report(Diagnostic::warning(Code::Deprecated, span, message));
    }
}
