//! The words of the language.
//!
//! One list of fixed words serves the lexer, the grammar's error messages and the printer. Which token a text is does
//! not always follow from the text alone: the [`Lexer`](super::lexer::Lexer) turns the words marked *by context* into
//! others, knowing what stood before.

use std::fmt;
use std::net::IpAddr;
use std::rc::Rc;

use logos::Logos;

use super::ast::{AttributeKind, Protocol};
use super::lexer::{LexErrorKind, scan};
use crate::source::{Span, Symbol};

/// A token with its place.
pub type SpannedToken = (Token, Span);

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident = $text:tt,)*) => {
        /// One token.
        #[derive(Logos, Clone, Debug, PartialEq)]
        #[logos(utf8 = false, error = LexErrorKind, extras = scan::Extras, skip(br"[ \t\n]|\r\n", scan::skip_more))]
        pub enum Token {
            $($(#[$doc])* #[token($text)] $name,)*

            /// `|` that opens a size, by context.
            SizeOpen,
            /// `|` that closes a size, by context.
            SizeClose,
            /// `!in`, also with blanks between, by context.
            NotIn,

            #[regex(br"(::)?[A-Za-z_][A-Za-z_0-9]*(::[A-Za-z_][A-Za-z_0-9]*)*", scan::identifier, priority = 1)]
            Identifier(Symbol),

            #[token("T", |_| true)]
            #[token("F", |_| false)]
            Bool(bool),
            #[regex(br"[0-9]+", scan::count)]
            #[regex(br"0x[0-9a-fA-F]+", scan::hexadecimal)]
            Count(u64),
            #[regex(br"[0-9]+\.[0-9]*([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+", scan::double)]
            Double(f64),
            /// In seconds.
            #[regex(
                br"([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?[ \t]*(days?|hrs?|mins?|secs?|msecs?|usecs?)",
                scan::interval,
                priority = 100
            )]
            Interval(f64),
            #[token("\"", scan::string)]
            String(Rc<[u8]>),
            /// Text between the slashes and the flags behind; a `/` by context.
            Pattern(Box<PatternText>),
            #[regex(br"[0-9]+/(tcp|udp|icmp|unknown)", scan::port)]
            Port((u16, Protocol)),
            /// `192.168.0.1`, or `[fe80::1]` by context.
            #[regex(br"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+", scan::address)]
            Address(IpAddr),
            /// An address constant with `/` and a count behind it. The width is not checked; what is larger is 255.
            #[regex(br"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+[ \t]*/[ \t]*[0-9]+", scan::subnet)]
            Subnet((IpAddr, u8)),
            /// A name with a dot: `www.example.org`.
            HostName(Rc<str>),

            /// An attribute that stands alone: `&log`.
            Attribute(AttributeKind),
            /// An attribute that wants `= value`: `&default`.
            AttributeWithValue(AttributeKind),
            /// An attribute with or without a value: `&deprecated`.
            AttributeMaybeValue(AttributeKind),

            #[token("@", scan::directive)]
            Directive(Directive),
            #[token("#", scan::comment)]
            Doc(Box<DocComment>),
        }

        impl Token {
            /// The text of a token that always looks the same.
            pub fn fixed_text(&self) -> Option<&'static str> {
                match self {
                    $(Token::$name => Some($text),)*
                    Token::SizeOpen | Token::SizeClose => Some("|"),
                    Token::NotIn => Some("!in"),
                    _ => None,
                }
            }
        }

        /// Every word that is a keyword or a mark, with its token.
        pub const FIXED: &[(&str, Token)] = &[$(($text, Token::$name),)*];
    };
}

tokens! {
    LeftParenthesis = "(",
    RightParenthesis = ")",
    LeftBracket = "[",
    RightBracket = "]",
    LeftBrace = "{",
    RightBrace = "}",
    Comma = ",",
    Semicolon = ";",
    Colon = ":",
    Question = "?",
    Dollar = "$",
    HasField = "?$",
    Assign = "=",
    AddTo = "+=",
    RemoveFrom = "-=",
    Plus = "+",
    Minus = "-",
    Star = "*",
    Slash = "/",
    Percent = "%",
    Increment = "++",
    Decrement = "--",
    Ampersand = "&",
    /// The operator; sizes have tokens of their own.
    Pipe = "|",
    Caret = "^",
    Tilde = "~",
    Not = "!",
    ShiftLeft = "<<",
    ShiftRight = ">>",
    AndAnd = "&&",
    OrOr = "||",
    Equal = "==",
    NotEqual = "!=",
    Less = "<",
    LessEqual = "<=",
    Greater = ">",
    GreaterEqual = ">=",

    Add = "add",
    Addr = "addr",
    Any = "any",
    As = "as",
    Assert = "assert",
    BoolType = "bool",
    Break = "break",
    Case = "case",
    Const = "const",
    Copy = "copy",
    CountType = "count",
    Counter = "counter",
    Default = "default",
    Delete = "delete",
    DoubleType = "double",
    Else = "else",
    Enum = "enum",
    Event = "event",
    Export = "export",
    Fallthrough = "fallthrough",
    File = "file",
    For = "for",
    Function = "function",
    Global = "global",
    Hook = "hook",
    If = "if",
    In = "in",
    Int = "int",
    IntervalType = "interval",
    Is = "is",
    List = "list",
    Local = "local",
    Module = "module",
    Next = "next",
    Of = "of",
    Opaque = "opaque",
    Option = "option",
    PatternType = "pattern",
    PortType = "port",
    Print = "print",
    Record = "record",
    Redef = "redef",
    Return = "return",
    Schedule = "schedule",
    Set = "set",
    StringType = "string",
    SubnetType = "subnet",
    Switch = "switch",
    Table = "table",
    Time = "time",
    Timeout = "timeout",
    Timer = "timer",
    Type = "type",
    Union = "union",
    Vector = "vector",
    When = "when",
    While = "while",
}

/// The text of a pattern constant, escapes untouched, and the flags behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternText {
    pub text: Rc<[u8]>,
    pub ignore_case: bool,
    pub single_line: bool,
}

/// What a `##` comment speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocPlace {
    /// `##`: what follows.
    Next,
    /// `##<`: what stands before.
    Previous,
    /// `##!`: the whole script.
    Script,
}

/// A documentation comment without its marks and the blank behind them.
#[derive(Clone, Debug, PartialEq)]
pub struct DocComment {
    pub place: DocPlace,
    pub text: Rc<str>,
}

/// A directive. The condition behind `@if` and the name behind `@ifdef` follow as ordinary tokens.
#[derive(Clone, Debug, PartialEq)]
pub enum Directive {
    /// `@load PATH`: one word, as for the next three. What follows on the line is script text again.
    Load(Rc<str>),
    LoadSigs(Rc<str>),
    LoadPlugin(Rc<str>),
    Unload(Rc<str>),
    /// `@prefixes = a:b`
    SetPrefixes(Rc<str>),
    /// `@prefixes += a:b`
    AddPrefixes(Rc<str>),
    /// `@pragma` with the rest of the line.
    Pragma(Rc<str>),
    /// `@deprecated` with the rest of the line.
    Deprecated(Rc<str>),
    If,
    IfDef,
    IfNDef,
    Else,
    EndIf,
    /// `@DIR`: stands for a string constant.
    Dir,
    /// `@FILENAME`: stands for a string constant.
    FileName,
    /// `@DEBUG`: marks input for a debugger.
    Debug,
}

impl Token {
    /// Whether an operand can end with this token: what follows is then an operator, never another operand. This is
    /// the one rule that tells a division from a pattern, an index from an IPv6 address, and a size's two bars apart.
    pub fn ends_operand(&self) -> bool {
        use Token as T;
        matches!(
            self,
            T::Identifier(_)
                | T::Bool(_)
                | T::Count(_)
                | T::Double(_)
                | T::Interval(_)
                | T::String(_)
                | T::Pattern(_)
                | T::Port(_)
                | T::Address(_)
                | T::Subnet(_)
                | T::HostName(_)
                | T::RightParenthesis
                | T::RightBracket
                | T::SizeClose
                | T::Directive(Directive::Dir | Directive::FileName)
        ) || self.is_type_name()
    }

    /// Whether this token begins an operand and can never continue one.
    pub fn only_starts_operand(&self) -> bool {
        use Token as T;
        matches!(
            self,
            T::Identifier(_)
                | T::Bool(_)
                | T::Count(_)
                | T::Double(_)
                | T::Interval(_)
                | T::String(_)
                | T::Pattern(_)
                | T::Port(_)
                | T::Address(_)
                | T::Subnet(_)
                | T::HostName(_)
                | T::Not
                | T::Tilde
                | T::Increment
                | T::Decrement
                | T::Copy
                | T::Function
                | T::Hook
                | T::Record
                | T::Table
                | T::Set
                | T::Vector
                | T::Schedule
                | T::Local
                | T::Directive(Directive::Dir | Directive::FileName)
        ) || self.is_type_name()
    }

    /// A word that cannot be a name.
    pub fn is_keyword(&self) -> bool {
        matches!(self, Token::Bool(_))
            || self.fixed_text().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_alphabetic()))
    }

    /// A keyword that alone names a type.
    fn is_type_name(&self) -> bool {
        use Token as T;
        matches!(
            self,
            T::Addr
                | T::Any
                | T::BoolType
                | T::CountType
                | T::Counter
                | T::DoubleType
                | T::File
                | T::Int
                | T::IntervalType
                | T::List
                | T::PatternType
                | T::PortType
                | T::StringType
                | T::SubnetType
                | T::Time
                | T::Timer
        )
    }
}

impl fmt::Display for Token {
    /// What the token is called in messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.fixed_text() {
            return write!(f, "`{text}`");
        }
        match self {
            Token::Identifier(name) => write!(f, "`{name}`"),
            Token::Bool(value) => f.write_str(if *value { "`T`" } else { "`F`" }),
            Token::Count(value) => write!(f, "`{value}`"),
            Token::Double(_) => f.write_str("a number"),
            Token::Interval(_) => f.write_str("an interval"),
            Token::String(_) => f.write_str("a string"),
            Token::Pattern(_) => f.write_str("a pattern"),
            Token::Port(_) => f.write_str("a port"),
            Token::Address(address) => write!(f, "address `{address}`"),
            Token::Subnet(subnet) => write!(f, "subnet `{}/{}`", subnet.0, subnet.1),
            Token::HostName(name) => write!(f, "host name `{name}`"),
            Token::Attribute(kind) | Token::AttributeWithValue(kind) | Token::AttributeMaybeValue(kind) => {
                write!(f, "`{}`", kind.text())
            }
            Token::Directive(_) => f.write_str("a directive"),
            Token::Doc(_) => f.write_str("a comment"),
            _ => f.write_str("a token"),
        }
    }
}
