//! A whole file at once, without loading: for tools that look at a script's shape.

use super::ast::Decl;
use super::error::{SyntaxError, SyntaxErrorKind};
use super::lexer::Lexer;
use super::parser::parse_declaration;
use super::segment::{self, Progress, SegmentKind, Segmenter};
use super::token::{Directive, SpannedToken, Token};
use crate::source::{FileId, Span};

/// After so many mistakes a text is no script, and reading it further tells nothing.
const MAX_ERRORS: usize = 1000;

/// Parses every declaration of a file; each mistake costs the declaration it is in. Nothing is loaded or evaluated:
/// `@load` and its like are passed over, and of each conditional the first branch is taken.
pub fn parse_file(file: FileId, source: &[u8]) -> (Vec<Decl>, Vec<SyntaxError>) {
    let mut tokens = FirstBranches { lexer: Lexer::new(file, source), open: Vec::new(), errors: Vec::new() };
    let mut parsed = Parsed::default();
    let mut segmenter = Segmenter::new();
    let mut segment: Vec<SpannedToken> = Vec::new();
    while parsed.errors.len() + tokens.errors.len() < MAX_ERRORS
        && let Some(token) = tokens.next()
    {
        match segmenter.push(&token.0) {
            Progress::More => segment.push(token),
            Progress::Done => {
                segment.push(token);
                parsed.add(&segment, None);
                segment.clear();
                segmenter = Segmenter::new();
            }
            Progress::DoneBefore => {
                let comments = segment.split_off(segment::end(&segment));
                parsed.add(&segment, Some(&token));
                segment = comments;
                segmenter = Segmenter::new();
                let progress = segmenter.push(&token.0);
                segment.push(token);
                if progress == Progress::Done {
                    parsed.add(&segment, None);
                    segment.clear();
                    segmenter = Segmenter::new();
                }
            }
        }
    }
    if parsed.errors.len() + tokens.errors.len() >= MAX_ERRORS {
        parsed.errors.append(&mut tokens.errors);
        parsed.errors.sort_by_key(|error| error.span.start);
        parsed.errors.truncate(MAX_ERRORS);
        return (parsed.declarations, parsed.errors);
    }
    if !segmenter.is_empty() {
        parsed.add(&segment, None);
    }
    let mut errors = parsed.errors;
    errors.extend(parsed.export.map(|opened| SyntaxError {
        unclosed: Some(opened),
        ..SyntaxError::new(SyntaxErrorKind::UnexpectedEnd, end_of(file, source))
    }));
    errors.append(&mut tokens.errors);
    errors.extend(
        tokens
            .open
            .iter()
            .map(|(directive, span)| SyntaxError::new(SyntaxErrorKind::Conditional(directive.clone()), *span)),
    );
    errors.sort_by_key(|error| error.span.start);
    (parsed.declarations, errors)
}

fn end_of(file: FileId, source: &[u8]) -> Span {
    let end = u32::try_from(source.len()).unwrap_or(u32::MAX);
    Span::new(file, end, end)
}

#[derive(Default)]
struct Parsed {
    declarations: Vec<Decl>,
    errors: Vec<SyntaxError>,
    /// The brace of the `export` that is open.
    export: Option<Span>,
}

impl Parsed {
    fn add(&mut self, segment: &[SpannedToken], next: Option<&SpannedToken>) {
        match segment::kind(segment.iter().map(|(token, _)| token)) {
            SegmentKind::ExportOpen if self.export.is_none() => self.export = segment.last().map(|(_, span)| *span),
            SegmentKind::ExportClose if self.export.is_some() => self.export = None,
            SegmentKind::ExportClose => {
                let Some((token, span)) = segment.last() else { return };
                // A declaration that this brace cut short was reported at the same place.
                if self.errors.last().is_none_or(|error| error.span != *span) {
                    self.errors.push(SyntaxError::new(SyntaxErrorKind::Unmatched(token.clone()), *span));
                }
            }
            SegmentKind::ExportOpen | SegmentKind::Declaration => match parse_declaration(segment, next) {
                Ok(mut declaration) => {
                    declaration.exported = self.export.is_some();
                    self.declarations.push(declaration);
                }
                Err(error) => self.errors.push(error),
            },
        }
    }
}

/// Tokens of the first branch of every conditional, without directives.
struct FirstBranches<'s> {
    lexer: Lexer<'s>,
    /// Conditionals whose first branch is under way.
    open: Vec<(Directive, Span)>,
    errors: Vec<SyntaxError>,
}

impl FirstBranches<'_> {
    fn raw(&mut self) -> Option<SpannedToken> {
        while self.errors.len() < MAX_ERRORS {
            match self.lexer.next()? {
                Ok(token) => return Some(token),
                Err(error) => self.errors.push(error.into()),
            }
        }
        None
    }

    /// Passes over the parentheses behind `@if`.
    fn skip_condition(&mut self) {
        let mut depth = 0;
        while let Some((token, _)) = self.raw() {
            match token {
                Token::LeftParenthesis => depth += 1,
                Token::RightParenthesis => depth -= 1,
                _ => {}
            }
            if depth <= 0 {
                return;
            }
        }
    }

    /// Passes over the second branch, conditionals inside it included.
    fn skip_branch(&mut self) {
        let mut depth = 0;
        while let Some((directive, _)) = self.lexer.skip_to_conditional() {
            match directive {
                Directive::EndIf if depth == 0 => {
                    self.open.pop();
                    return;
                }
                Directive::EndIf => depth -= 1,
                Directive::Else => {}
                _ => depth += 1,
            }
        }
    }
}

impl Iterator for FirstBranches<'_> {
    type Item = SpannedToken;

    fn next(&mut self) -> Option<SpannedToken> {
        loop {
            let (token, span) = self.raw()?;
            match token {
                Token::Directive(directive @ (Directive::If | Directive::IfDef | Directive::IfNDef)) => {
                    self.open.push((directive, span));
                    self.skip_condition();
                }
                Token::Directive(directive @ (Directive::Else | Directive::EndIf)) if self.open.is_empty() => {
                    self.errors.push(SyntaxError::new(SyntaxErrorKind::Conditional(directive), span));
                }
                Token::Directive(Directive::Else) => self.skip_branch(),
                Token::Directive(Directive::EndIf) => {
                    self.open.pop();
                }
                Token::Directive(Directive::Dir) => return Some((Token::String(b"@DIR"[..].into()), span)),
                Token::Directive(Directive::FileName) => return Some((Token::String(b"@FILENAME"[..].into()), span)),
                Token::Directive(_) => {}
                token => return Some((token, span)),
            }
        }
    }
}
