//! Tests of the parser as a whole.

mod printing;
mod properties;
mod recovery;
mod trees;

use crate::source::FileId;
use crate::syntax::ast::Expr;
use crate::syntax::lexer::Lexer;
use crate::syntax::parser::parse_expression;
use crate::syntax::token::SpannedToken;
use crate::syntax::{SyntaxError, parse_file};

const FILE: FileId = FileId(0);

fn tokens(text: &str) -> Vec<SpannedToken> {
    Lexer::new(FILE, text.as_bytes()).map(|item| item.unwrap()).collect()
}

fn expression(text: &str) -> Expr {
    parse_expression(&tokens(text)).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The errors of a script, each with the text it points at.
fn errors(text: &str) -> Vec<(String, String)> {
    let (_, errors) = parse_file(FILE, text.as_bytes());
    errors.iter().map(|error| (under(error, text), error.to_string())).collect()
}

fn under(error: &SyntaxError, text: &str) -> String {
    text[error.span.start as usize..error.span.end as usize].to_string()
}

/// A tree as text, all places left out: for comparing trees from different texts.
fn without_spans(tree: &(impl std::fmt::Debug + ?Sized)) -> String {
    let text = format!("{tree:?}");
    let mut pieces = text.split("Span {");
    let mut kept = pieces.next().unwrap_or("").to_string();
    for piece in pieces {
        kept.push_str(piece.split_once('}').map_or("", |(_, behind)| behind));
    }
    kept
}
