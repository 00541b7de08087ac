//! The parser's face: tokens to trees. Nothing outside knows how the grammar is compiled.

use lalrpop_util::{ParseError, lalrpop_mod};

use super::ast::{Decl, Expr};
use super::docs::Docs;
use super::error::{SyntaxError, SyntaxErrorKind, friendly};
use super::feed::{Feed, GrammarError, Point, Terminal};
use super::nodes::{Goal, Prototype};
use super::salvage::misplaced_head;
use super::token::{SpannedToken, Token};
use crate::source::Span;

lalrpop_mod!(
    #[allow(
        clippy::all,
        clippy::pedantic,
        clippy::panic,
        clippy::unwrap_used,
        clippy::expect_used,
        unreachable_pub,
        unused_imports,
        unused_qualifications
    )]
    bro
);

/// Parses one declaration, or one statement outside any function, that a [`Segmenter`](super::segment::Segmenter) cut
/// out. `next` is the token behind it, where one was seen: an error at the declaration's end is reported there.
pub fn parse_declaration(tokens: &[SpannedToken], next: Option<&SpannedToken>) -> Result<Decl, SyntaxError> {
    if is_lone_export(tokens) {
        let mut error = at_end(tokens, next);
        error.expected.push("`{`".into());
        return Err(error);
    }
    let start = if is_declaration(tokens) { Terminal::StartDeclaration } else { Terminal::StartStatement };
    match parse(start, tokens, next)? {
        Goal::Declaration(declaration) => Ok(*declaration),
        Goal::Expression(_) | Goal::Prototype(_) => Err(end(tokens)),
    }
}

/// `export` without its brace, which is all that a segmenter leaves of it.
fn is_lone_export(tokens: &[SpannedToken]) -> bool {
    let mut tokens = tokens.iter().filter(|(token, _)| !matches!(token, Token::Doc(_)));
    matches!((tokens.next(), tokens.next()), (Some((Token::Export, _)), None))
}

/// Whether a declaration or a statement starts here. `event e(` and `hook h(` begin both: with parameters, or with a
/// body behind empty parentheses, they declare.
fn is_declaration(tokens: &[SpannedToken]) -> bool {
    use Token as T;
    let mut tokens = tokens.iter().map(|(token, _)| token).filter(|token| !matches!(token, T::Doc(_)));
    match tokens.next() {
        Some(T::Module | T::Global | T::Const | T::Option | T::Redef | T::Type) => true,
        Some(T::Function) => !matches!(tokens.next(), Some(T::LeftParenthesis | T::LeftBracket)),
        Some(T::Event | T::Hook) => {
            let named = matches!(tokens.next(), Some(T::Identifier(_)));
            let opened = matches!(tokens.next(), Some(T::LeftParenthesis));
            let behind = (tokens.next(), tokens.next());
            let has_body = |token: &T| {
                matches!(
                    token,
                    T::LeftBrace | T::Colon | T::Attribute(_) | T::AttributeWithValue(_) | T::AttributeMaybeValue(_)
                )
            };
            named
                && opened
                && match behind {
                    (Some(T::RightParenthesis), Some(token)) => has_body(token),
                    (Some(_), Some(T::Colon)) => true,
                    _ => false,
                }
        }
        _ => false,
    }
}

/// Parses an expression that all tokens belong to.
pub fn parse_expression(tokens: &[SpannedToken]) -> Result<Expr, SyntaxError> {
    match parse(Terminal::StartExpression, tokens, None)? {
        Goal::Expression(expression) => Ok(expression),
        Goal::Declaration(_) | Goal::Prototype(_) => Err(end(tokens)),
    }
}

/// Parses a native function's `name: function(...): type`.
pub fn parse_prototype(tokens: &[SpannedToken]) -> Result<Prototype, SyntaxError> {
    match parse(Terminal::StartPrototype, tokens, None)? {
        Goal::Prototype(prototype) => Ok(*prototype),
        Goal::Declaration(_) | Goal::Expression(_) => Err(end(tokens)),
    }
}

/// The error that something is missing behind the last token.
fn at_end(tokens: &[SpannedToken], next: Option<&SpannedToken>) -> SyntaxError {
    match next {
        Some((token, span)) => SyntaxError::new(SyntaxErrorKind::Unexpected(token.clone()), *span),
        None => end(tokens),
    }
}

fn end(tokens: &[SpannedToken]) -> SyntaxError {
    let span = tokens.last().map_or(Span::NONE, |(_, span)| Span::new(span.file, span.end, span.end));
    SyntaxError::new(SyntaxErrorKind::UnexpectedEnd, span)
}

thread_local! {
    /// Building the parser is cheap but not free, and a layout has many declarations.
    static PARSER: bro::GoalParser = bro::GoalParser::new();
}

fn parse(start: Terminal, tokens: &[SpannedToken], next: Option<&SpannedToken>) -> Result<Goal, SyntaxError> {
    let docs = Docs::new(tokens);
    let result = PARSER.with(|parser| parser.parse(&docs, Feed::new(start, tokens)));
    result.map_err(|error| explain(error, tokens, next))
}

#[cold]
fn explain(
    error: ParseError<Point, Terminal, GrammarError>,
    tokens: &[SpannedToken],
    next: Option<&SpannedToken>,
) -> SyntaxError {
    let (place, expected) = match error {
        ParseError::User { error } => return error.into(),
        ParseError::UnrecognizedToken { token: (start, _, end), expected } => (Some(start.to(end)), expected),
        ParseError::ExtraToken { token: (start, _, end) } => (Some(start.to(end)), Vec::new()),
        ParseError::InvalidToken { .. } => (None, Vec::new()),
        ParseError::UnrecognizedEof { expected, .. } => (None, expected),
    };
    // A terminal in error is found again by its place: the tokens have not lost their text.
    let found =
        place.and_then(|place| tokens.iter().find(|(_, span)| span.start == place.start && span.file == place.file));
    let mut error = at_end(tokens, found.or(next));
    error.expected = friendly(&expected);
    if found.is_none() || expected.iter().any(|name| ["\")\"", "\"]\"", "\"}\""].contains(&name.as_str())) {
        error.unclosed = unclosed(tokens, error.span);
    }
    if let Some(head) = misplaced_head(tokens, error.span) {
        error.unclosed = unclosed(tokens.get(..head).unwrap_or_default(), error.span);
    }
    error
}

/// The innermost bracket that is open at `place`.
pub(super) fn unclosed(tokens: &[SpannedToken], place: Span) -> Option<Span> {
    let mut open = Vec::new();
    for (token, span) in tokens.iter().take_while(|(_, span)| span.file != place.file || span.start < place.start) {
        match token {
            Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace => open.push(*span),
            Token::RightParenthesis | Token::RightBracket | Token::RightBrace => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}
