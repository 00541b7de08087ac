//! What can be wrong with a pattern.

use std::fmt;

/// Why the text of a pattern is refused.
///
/// Displayed, it is the message that Bro writes, which quotes the text as it is compiled: wrapped for a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError {
    fault: Fault,
    offset: usize,
    compiled: Box<[u8]>,
}

impl PatternError {
    pub(super) fn new(fault: Fault, offset: usize, compiled: &[u8]) -> Self {
        Self { fault, offset, compiled: compiled.into() }
    }

    /// What is wrong, in a few words and without the pattern.
    pub fn reason(&self) -> &'static str {
        self.fault.reason()
    }

    /// Where in the text that was handed in, in bytes; at most its length.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let compiled = String::from_utf8_lossy(&self.compiled);
        match self.fault {
            Fault::Syntax(_) => write!(f, "error compiling pattern /{compiled}/"),
            _ => write!(f, "{} (compiling pattern /{compiled}/)", self.fault.reason()),
        }
    }
}

impl std::error::Error for PatternError {}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Against the grammar; Bro says no more than that.
    Syntax(&'static str),
    IterationValues,
    BraceCharacter,
    UndefinedDefinition,
    NegativeRange,
    AmbiguousRange,
    Class,
    ClassExpression,
    Symbol,
    TooLarge,
}

impl Fault {
    fn reason(self) -> &'static str {
        match self {
            Fault::Syntax(reason) => reason,
            Fault::IterationValues => "bad iteration values",
            Fault::BraceCharacter => "bad character inside {}'s",
            Fault::UndefinedDefinition => "undefined definition",
            Fault::NegativeRange => "negative range in character class",
            Fault::AmbiguousRange => "ambiguous case-insensitive character class",
            Fault::Class => "bad character class",
            Fault::ClassExpression => "bad character class expression",
            Fault::Symbol => "bad symbol",
            Fault::TooLarge => "pattern too large",
        }
    }
}
