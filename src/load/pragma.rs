//! The stack of `@pragma push` and `pop`.

use super::report;
use crate::diag::Diagnostic;
use crate::source::Span;

/// Hides what is deprecated from warnings.
const IGNORE_DEPRECATIONS: &str = "ignore-deprecations";
/// What may be pushed; the second hides names from Zeek's documentation.
const KNOWN: [&str; 2] = [IGNORE_DEPRECATIONS, "hide-from-docs"];

/// Pragmas in force, innermost last. In each file pushes and pops balance.
#[derive(Debug, Default)]
pub(super) struct Pragmas {
    pushed: Vec<(String, Span)>,
}

impl Pragmas {
    pub(super) fn depth(&self) -> usize {
        self.pushed.len()
    }

    pub(super) fn ignores_deprecations(&self) -> bool {
        self.pushed.iter().any(|(value, _)| value == IGNORE_DEPRECATIONS)
    }

    /// Follows one `@pragma` of a file that began when the stack was `base` high.
    pub(super) fn apply(&mut self, text: &str, span: Span, base: usize) -> Option<Diagnostic> {
        let mut words = text.split_whitespace();
        match (words.next(), words.next()) {
            (Some("push"), None) => Some(report::pragma_without_value(span)),
            (Some("push"), Some(value)) => {
                self.pushed.push((value.to_string(), span));
                (!KNOWN.contains(&value)).then(|| report::unknown_pragma_value(span, value))
            }
            (Some("pop"), value) => {
                if self.pushed.len() <= base {
                    return Some(report::pop_without_push(span));
                }
                let (active, pushed) = self.pushed.pop()?;
                let other = value.filter(|value| *value != active)?;
                Some(report::pop_of_other(span, other, &active, pushed))
            }
            _ => Some(report::unknown_pragma(span, text.trim())),
        }
    }

    /// Drops what a file that ends left behind; the place of the last of it.
    pub(super) fn end_file(&mut self, base: usize) -> Option<Span> {
        let left = self.pushed.get(base..)?.last().map(|(_, span)| *span);
        self.pushed.truncate(base);
        left
    }
}

#[cfg(test)]
mod tests {
    use super::Pragmas;
    use crate::source::Span;

    #[test]
    fn push_and_pop() {
        let mut pragmas = Pragmas::default();
        let mut message = |text: &str| pragmas.apply(text, Span::NONE, 0).map(|diagnostic| diagnostic.message);
        assert_eq!(message("push ignore-deprecations"), None);
        assert_eq!(message("push hide-from-docs"), None);
        assert_eq!(message("pop"), None);
        assert_eq!(message("pop ignore-deprecations"), None);
        assert_eq!(message("pop").unwrap(), "@pragma pop without active pragma");
        assert_eq!(message("push").unwrap(), "@pragma push without value");
        assert_eq!(message("push x").unwrap(), "pushing unknown @pragma value 'x'");
        assert_eq!(message("pop y").unwrap(), "@pragma pop with unexpected 'y', expected 'x'");
        assert_eq!(message("once").unwrap(), "Ignoring unknown pragma: 'once'");
        assert_eq!(message("").unwrap(), "Ignoring unknown pragma: ''");
    }

    #[test]
    fn a_file_cannot_pop_what_another_pushed() {
        let mut pragmas = Pragmas::default();
        assert!(pragmas.apply("push ignore-deprecations", Span::NONE, 0).is_none());
        assert!(pragmas.ignores_deprecations());
        assert!(pragmas.apply("pop", Span::NONE, 1).is_some());
        assert!(pragmas.ignores_deprecations());
        assert_eq!(pragmas.end_file(1), None);
        assert_eq!(pragmas.end_file(0), Some(Span::NONE));
        assert!(!pragmas.ignores_deprecations());
        assert_eq!(pragmas.depth(), 0);
    }
}
