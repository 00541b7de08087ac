//! What is wrong with a script's syntax, and how it is said.

use std::fmt;

use super::feed::{GrammarError, MAX_DEPTH};
use super::lexer::{LexError, LexErrorKind};
use super::token::{Directive, Token};
use crate::source::Span;

/// A mistake at its first place.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// The token that cannot stand there; empty, behind the last token, where the input ends too early.
    pub span: Span,
    pub kind: SyntaxErrorKind,
    /// What could have stood there, the likeliest first.
    pub expected: Vec<String>,
    /// A bracket that is open at the place and was probably meant to be closed before.
    pub unclosed: Option<Span>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum SyntaxErrorKind {
    Unexpected(Token),
    UnexpectedEnd,
    /// A closing bracket that was never written; the span is empty.
    Missing(Token),
    /// A closing bracket without an opening one.
    Unmatched(Token),
    /// `@else` or `@endif` without `@if`, or an `@if` without `@endif`.
    Conditional(Directive),
    Lexical(LexErrorKind),
    TooDeep,
    ChainedComparison,
    NotAFunction,
}

impl SyntaxError {
    pub fn new(kind: SyntaxErrorKind, span: Span) -> Self {
        SyntaxError { span, kind, expected: Vec::new(), unclosed: None }
    }

    fn expects_name(&self) -> bool {
        self.expected.iter().any(|expected| expected == "a name")
    }

    pub fn message(&self) -> String {
        self.to_string()
    }

    /// Bro's own words. `text` is the source text under the span.
    pub fn bro_text(&self, text: &[u8]) -> String {
        match &self.kind {
            SyntaxErrorKind::UnexpectedEnd => "syntax error, at end of file".into(),
            SyntaxErrorKind::Missing(_) => "syntax error".into(),
            SyntaxErrorKind::Lexical(kind) => kind.bro_text(),
            SyntaxErrorKind::Conditional(Directive::Else) => "@else without @if...".into(),
            SyntaxErrorKind::Conditional(_) => "unbalanced @if... @endif".into(),
            _ => {
                // Bro keeps the first 127 bytes of a token.
                let text = text.get(..127).unwrap_or(text);
                let message = if self.kind == SyntaxErrorKind::TooDeep { "memory exhausted" } else { "syntax error" };
                format!("{message}, at or near \"{}\"", String::from_utf8_lossy(text))
            }
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            SyntaxErrorKind::Unexpected(token) => {
                let text = token.to_string();
                let bare = text.strip_prefix("a ").or_else(|| text.strip_prefix("an ")).unwrap_or(&text);
                write!(f, "unexpected {bare}")?;
            }
            SyntaxErrorKind::UnexpectedEnd => f.write_str("unexpected end of the script")?,
            SyntaxErrorKind::Missing(token) => write!(f, "{token} is missing here")?,
            SyntaxErrorKind::Unmatched(token) => write!(f, "{token} closes nothing")?,
            SyntaxErrorKind::Conditional(Directive::Else) => f.write_str("@else without @if")?,
            SyntaxErrorKind::Conditional(Directive::EndIf) => f.write_str("@endif without @if")?,
            SyntaxErrorKind::Conditional(_) => f.write_str("conditional without @endif")?,
            SyntaxErrorKind::Lexical(kind) => write!(f, "{kind}")?,
            SyntaxErrorKind::TooDeep => write!(f, "nested too deep: more than {MAX_DEPTH} levels")?,
            SyntaxErrorKind::ChainedComparison => f.write_str("comparisons do not chain; use parentheses")?,
            SyntaxErrorKind::NotAFunction => f.write_str("a prototype needs a function, event or hook type")?,
        }
        match self.expected.as_slice() {
            [] => {}
            [one] => write!(f, ", expected {one}")?,
            [first @ .., last] => write!(f, ", expected {} or {last}", first.join(", "))?,
        }
        match &self.kind {
            SyntaxErrorKind::Unexpected(token) if token.is_keyword() && self.expects_name() => {
                write!(f, " ({token} is a reserved word)")
            }
            _ => Ok(()),
        }
    }
}

impl From<LexError> for SyntaxError {
    fn from(error: LexError) -> Self {
        SyntaxError::new(SyntaxErrorKind::Lexical(error.kind), error.span)
    }
}

impl From<GrammarError> for SyntaxError {
    fn from(error: GrammarError) -> Self {
        match error {
            GrammarError::TooDeep(span) => SyntaxError::new(SyntaxErrorKind::TooDeep, span),
            GrammarError::ChainedComparison(span) => SyntaxError::new(SyntaxErrorKind::ChainedComparison, span),
            GrammarError::NotAFunction(span) => SyntaxError::new(SyntaxErrorKind::NotAFunction, span),
        }
    }
}

/// A group of terminals that has one name in messages, where all of `signs` may stand.
struct Group {
    name: &'static str,
    signs: &'static [&'static str],
    members: &'static [&'static str],
}

/// The larger group first: what it names is not named again.
const GROUPS: &[Group] = &[
    Group {
        name: "a statement",
        signs: &["print", "if", "for"],
        members: &[
            "add",
            "assert",
            "break",
            "const",
            "delete",
            "event",
            "fallthrough",
            "for",
            "if",
            "local",
            "next",
            "print",
            "return",
            "switch",
            "when",
            "while",
            "{",
            ";",
        ],
    },
    Group {
        name: "an operator",
        signs: &["operator"],
        members: &["operator", "+", "-", "in", "[", "(", "$", "?$", "?", "=", "+=", "-=", "as", "is"],
    },
    Group {
        name: "an expression",
        signs: &["literal", "name", "copy"],
        members: &[
            "literal",
            "subnet",
            "name",
            "copy",
            "(",
            "[",
            "| (",
            "!",
            "~",
            "-",
            "+",
            "++",
            "--",
            "$",
            "hook",
            "record",
            "table",
            "set",
            "vector",
            "function",
            "schedule",
            "basic type",
            "file",
            "opaque",
            "local in when",
            "list",
            "timer",
            "union",
            "counter",
        ],
    },
    Group {
        name: "a type",
        signs: &["basic type", "table", "name"],
        members: &[
            "basic type",
            "table",
            "set",
            "vector",
            "record",
            "file",
            "opaque",
            "name",
            "enum",
            "event",
            "function",
            "hook",
            "list",
            "timer",
            "union",
            "counter",
        ],
    },
    Group { name: "an attribute", signs: &["attribute"], members: &["attribute", "attribute =", "attribute [=]"] },
    Group { name: "a name", signs: &["name"], members: &["name", "list", "timer", "union", "counter"] },
    Group { name: "a constant", signs: &["literal"], members: &["literal", "subnet"] },
];

/// Terminals that are named nowhere: they stand for no text of their own.
const SILENT: &[&str] = &[
    "attributes (",
    "attributes )",
    "directive",
    "start of a declaration",
    "start of a statement",
    "start of an expression",
    "start of a prototype",
];

/// What the parser could have gone on with, in a person's words. `terminals` are the grammar's names in quotes.
pub(super) fn friendly(terminals: &[String]) -> Vec<String> {
    let mut left: Vec<&str> = terminals.iter().map(|name| name.trim_matches('"')).collect();
    left.retain(|name| !SILENT.contains(name));
    let mut names = Vec::new();
    for group in GROUPS {
        if group.signs.iter().all(|sign| left.contains(sign)) {
            left.retain(|name| !group.members.contains(name));
            names.push(group.name.to_string());
        }
    }
    // Marks tell more than groups do: a missing `;` is the commonest mistake.
    let mut marks: Vec<String> = left
        .into_iter()
        .map(|name| match name {
            "| )" => "`|`".to_string(),
            name => format!("`{name}`"),
        })
        .collect();
    marks.sort_by_key(|mark| (mark != "`;`", mark.as_bytes().get(1).is_some_and(u8::is_ascii_alphabetic)));
    marks.append(&mut names);
    marks
}
