//! One input at the prompt: declarations, statements or a bare expression, whole or not yet.

use super::ast::{Decl, Expr};
use super::error::{SyntaxError, SyntaxErrorKind};
use super::parser::{parse_declaration, parse_expression};
use super::segment::{self, Progress, Segmenter};
use super::token::{SpannedToken, Token};

/// What was entered.
#[derive(Clone, Debug, PartialEq)]
pub enum ReplInput {
    /// Nothing but comments.
    Empty,
    /// Declarations and statements in their order.
    Declarations(Vec<Decl>),
    /// An expression without `;`, whose value is asked for. Assignments are expressions too.
    Expression(Expr),
    /// Right so far; more lines must follow.
    Incomplete,
}

/// Parses what was entered so far. A last `;` may be left out.
pub fn parse_repl_line(tokens: &[SpannedToken]) -> Result<ReplInput, SyntaxError> {
    let mut declarations = Vec::new();
    let mut segmenter = Segmenter::new();
    let mut start = 0;
    for (index, token) in tokens.iter().enumerate() {
        match segmenter.push(&token.0) {
            Progress::More => {}
            Progress::Done => {
                declarations.push(parse_declaration(&tokens[start..=index], None)?);
                start = index + 1;
                segmenter = Segmenter::new();
            }
            Progress::DoneBefore => {
                let end = start + segment::end(&tokens[start..index]);
                declarations.push(parse_declaration(&tokens[start..end], Some(token))?);
                start = end;
                segmenter = Segmenter::new();
                if segmenter.push(&token.0) == Progress::Done {
                    declarations.push(parse_declaration(&tokens[start..=index], None)?);
                    start = index + 1;
                    segmenter = Segmenter::new();
                }
            }
        }
    }
    if segmenter.is_empty() {
        return Ok(if declarations.is_empty() { ReplInput::Empty } else { ReplInput::Declarations(declarations) });
    }
    let rest = &tokens[start..];
    if segmenter.may_end() {
        declarations.push(parse_declaration(rest, None)?);
        return Ok(ReplInput::Declarations(declarations));
    }
    if declarations.is_empty()
        && let Ok(expression) = parse_expression(rest)
    {
        return Ok(ReplInput::Expression(expression));
    }
    finish(rest, declarations)
}

/// The last declaration lacks its end: its `;`, or more.
fn finish(rest: &[SpannedToken], mut declarations: Vec<Decl>) -> Result<ReplInput, SyntaxError> {
    let error = match parse_declaration(rest, None) {
        Ok(declaration) => {
            declarations.push(declaration);
            return Ok(ReplInput::Declarations(declarations));
        }
        Err(error) => error,
    };
    if error.kind != SyntaxErrorKind::UnexpectedEnd {
        return Err(error);
    }
    // Where a statement may stand, a `;` alone would be an empty one: `if ( x )` waits for its body.
    if error.expected.iter().any(|expected| expected == "`;`") {
        let mut ended = rest.to_vec();
        ended.push((Token::Semicolon, error.span));
        if let Ok(declaration) = parse_declaration(&ended, None) {
            declarations.push(declaration);
            return Ok(ReplInput::Declarations(declarations));
        }
    }
    Ok(ReplInput::Incomplete)
}
