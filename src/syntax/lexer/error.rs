//! What can be wrong with a token.

use std::fmt;
use std::rc::Rc;

use crate::source::Span;

/// A text that is no token, or one with a bad value.
#[derive(Clone, Debug, PartialEq)]
pub struct LexError {
    pub kind: LexErrorKind,
    pub span: Span,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub enum LexErrorKind {
    /// The first of one or more bytes that start no token.
    Unrecognized(u8),
    UnterminatedString,
    /// A text in other quotes than `"`, of which the first byte is kept.
    WrongQuotes(u8),
    /// `.` where `$` reaches a field.
    DotForField,
    NulInString,
    UnterminatedPattern,
    EmptyPattern,
    BadPort(Rc<str>),
    BadAddress(Rc<str>),
    MissingArgument(&'static str),
    UnknownDirective(Rc<str>),
    /// What the automaton itself reports; the lexer replaces it by [`LexErrorKind::Unrecognized`].
    #[default]
    NoToken,
}

impl fmt::Display for LexErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LexErrorKind::Unrecognized(0) => f.write_str("NUL byte in the script"),
            LexErrorKind::Unrecognized(byte) if byte.is_ascii_graphic() => {
                write!(f, "unrecognized character `{}`", *byte as char)
            }
            LexErrorKind::Unrecognized(byte) => write!(f, "unrecognized byte 0x{byte:02x}"),
            LexErrorKind::UnterminatedString => f.write_str("string constant without closing quote on its line"),
            LexErrorKind::WrongQuotes(_) => f.write_str("string constants stand in double quotes: \"...\""),
            LexErrorKind::DotForField => f.write_str("fields are reached by `$`, as in x$name"),
            LexErrorKind::NulInString => f.write_str("NUL byte in a string constant; write it as \\0"),
            LexErrorKind::UnterminatedPattern => f.write_str("pattern constant without closing slash on its line"),
            LexErrorKind::EmptyPattern => f.write_str("empty pattern constant; comments begin with `#`"),
            LexErrorKind::BadPort(text) => write!(f, "bad port number `{text}`"),
            LexErrorKind::BadAddress(text) => write!(f, "bad IP address `{text}`"),
            LexErrorKind::MissingArgument(directive) => write!(f, "{directive} without a value"),
            LexErrorKind::UnknownDirective(name) => write!(f, "unknown directive `@{name}`"),
            LexErrorKind::NoToken => f.write_str("unrecognized character"),
        }
    }
}

impl LexErrorKind {
    /// Bro's own words.
    pub fn bro_text(&self) -> String {
        match self {
            LexErrorKind::Unrecognized(byte) | LexErrorKind::WrongQuotes(byte) => {
                format!("unrecognized character - {}", *byte as char)
            }
            LexErrorKind::DotForField => "unrecognized character - .".into(),
            LexErrorKind::UnterminatedString | LexErrorKind::NulInString => "unrecognized character - \"".into(),
            // The end of line is the token in error there.
            LexErrorKind::UnterminatedPattern => "syntax error, on previous line".into(),
            LexErrorKind::EmptyPattern => "syntax error, at or near \"/\"".into(),
            LexErrorKind::BadPort(text) => format!("bad port number - {text}"),
            LexErrorKind::BadAddress(text) => format!("Bad IP address: {text}"),
            LexErrorKind::MissingArgument(_) | LexErrorKind::UnknownDirective(_) | LexErrorKind::NoToken => {
                "unrecognized character - @".into()
            }
        }
    }
}
