//! What can be saved of a table's initialiser in which something is wrong.
//!
//! A layout is one declaration, however many nodes it has, so one missing bracket would hide every other mistake in it.
//! Here the entries are parsed one by one, and where one is wrong its fields: each mistake is found, and a declaration is
//! made of what is right. Only entries of the form `["name"] = ...` are told apart, by their keys: brackets do not
//! help where one of them is missing.

use super::ast::Decl;
use super::error::{SyntaxError, SyntaxErrorKind};
use super::parser::{parse_declaration, unclosed};
use super::token::{SpannedToken, Token};
use crate::source::Span;

/// After so many mistakes the rest is not looked at.
const MAX_ERRORS: usize = 100;

/// What came of a declaration with mistakes.
#[derive(Debug)]
pub struct Salvaged {
    /// All of them, in the order of the text. Never empty.
    pub errors: Vec<SyntaxError>,
    /// What is right: entries, and the right fields of the others. `None` where nothing could be saved.
    pub declaration: Option<Decl>,
}

/// Looks into a declaration that could not be parsed because of `first`.
pub fn salvage(tokens: &[SpannedToken], next: Option<&SpannedToken>, first: SyntaxError) -> Salvaged {
    let tokens: Vec<SpannedToken> =
        tokens.iter().filter(|(token, _)| !matches!(token, Token::Doc(_))).cloned().collect();
    let Some(table) = Table::find(&tokens, next) else {
        return Salvaged { errors: vec![first], declaration: None };
    };
    let mut kept: Vec<SpannedToken> = Vec::new();
    let mut errors: Vec<SyntaxError> = Vec::new();
    let mut first_is_inside = false;
    for entry in &table.entries {
        first_is_inside |= entry.holds(first.span);
        if errors.len() >= MAX_ERRORS {
            break;
        }
        let (whole, found) = match table.parse(entry.tokens, entry.next) {
            Ok(()) => (entry.tokens.to_vec(), entry.separator_error().into_iter().collect()),
            Err(error) => {
                let error = entry.missing_bracket(&error).unwrap_or(error);
                let missed = matches!(error.kind, SyntaxErrorKind::Missing(_));
                first_is_inside |= missed && first.unclosed == error.unclosed;
                table.fields(entry, error)
            }
        };
        errors.extend(found);
        if let (false, Some((_, span))) = (whole.is_empty(), entry.tokens.last()) {
            kept.extend(whole);
            kept.push((Token::Comma, at_end(*span)));
        }
    }
    if !first_is_inside {
        errors.push(first.clone());
    }
    let end = kept.last().or(table.head.last()).map_or(Span::NONE, |(_, span)| at_end(*span));
    let closed = [table.head, &kept, &[(Token::RightBrace, end), (Token::Semicolon, end)]].concat();
    let declaration = match table.tail {
        Some(tail) => parse_declaration(&[table.head, &kept, tail].concat(), next).or_else(|error| {
            errors.push(error);
            parse_declaration(&closed, None)
        }),
        None => parse_declaration(&closed, None),
    };
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup_by_key(|error| error.span);
    if errors.is_empty() {
        errors.push(first);
    }
    Salvaged { errors, declaration: declaration.ok().filter(|_| !kept.is_empty()) }
}

/// A declaration with entries in braces.
struct Table<'t> {
    /// Up to the opening brace.
    head: &'t [SpannedToken],
    entries: Vec<Entry<'t>>,
    /// From the closing brace on; `None` where it is missing.
    tail: Option<&'t [SpannedToken]>,
}

struct Entry<'t> {
    /// Without what separates it from the next.
    tokens: &'t [SpannedToken],
    separators: &'t [SpannedToken],
    /// What follows the entry, be it a separator or not.
    next: Option<&'t SpannedToken>,
    is_last: bool,
}

impl<'t> Table<'t> {
    fn find(tokens: &'t [SpannedToken], behind: Option<&'t SpannedToken>) -> Option<Self> {
        let assigned = tokens.iter().position(|(token, _)| matches!(token, Token::Assign | Token::AddTo))?;
        let brace = assigned + 1;
        if tokens.get(brace)?.0 != Token::LeftBrace {
            return None;
        }
        let (head, rest) = tokens.split_at_checked(brace + 1)?;
        let end = closing_brace(rest);
        let body = rest.get(..end.unwrap_or(rest.len()))?;
        let starts = key_places(body);
        // What stands before the first entry is no entry.
        if starts.first() != Some(&0) {
            return None;
        }
        let mut entries = Vec::with_capacity(starts.len());
        for (index, start) in starts.iter().enumerate() {
            let until = starts.get(index + 1).copied().unwrap_or(body.len());
            let all = body.get(*start..until)?;
            let is_separator = |token: &SpannedToken| matches!(token.0, Token::Comma | Token::Semicolon);
            let length = all.iter().rposition(|token| !is_separator(token)).map_or(0, |last| last + 1);
            let (tokens, separators) = all.split_at_checked(length)?;
            let next = rest.get(start + length).or(behind);
            entries.push(Entry { tokens, separators, next, is_last: index + 1 == starts.len() });
        }
        Some(Table { head, entries, tail: end.and_then(|end| rest.get(end..)) })
    }

    /// Parses one entry as the only one.
    fn parse(&self, entry: &[SpannedToken], next: Option<&SpannedToken>) -> Result<(), SyntaxError> {
        let end = next.map_or_else(|| entry.last().map_or(Span::NONE, |(_, span)| at_end(*span)), |(_, span)| *span);
        let alone = [self.head, entry, &[(Token::RightBrace, end), (Token::Semicolon, end)]].concat();
        match parse_declaration(&alone, None) {
            Ok(_) => Ok(()),
            Err(mut error) => {
                // What was put behind the entry is not in the text.
                if error.span == end {
                    error.kind = next.map_or(SyntaxErrorKind::UnexpectedEnd, |(token, _)| {
                        SyntaxErrorKind::Unexpected(token.clone())
                    });
                }
                Err(error)
            }
        }
    }

    /// The right fields of an entry that is wrong, as an entry, and every mistake in it.
    fn fields(&self, entry: &Entry<'t>, first: SyntaxError) -> (Vec<SpannedToken>, Vec<SyntaxError>) {
        let key = key_length(entry.tokens);
        let (Some(key), Some(value)) = (entry.tokens.get(..key), entry.tokens.get(key..)) else {
            return (Vec::new(), vec![first]);
        };
        let assigned = value.iter().position(|(token, _)| *token == Token::LeftBracket);
        let (Some(opening), Some((_, start))) = (assigned, key.last()) else { return (Vec::new(), vec![first]) };
        let Some(value) = value.get(opening..) else { return (Vec::new(), vec![first]) };
        let mut errors = vec![first];
        let mut kept = [key, &[(Token::Assign, at_end(*start))], value.get(..1).unwrap_or_default()].concat();
        let opened = kept.len();
        let starts = field_places(value);
        for (index, from) in starts.iter().enumerate() {
            let until = starts.get(index + 1).copied().unwrap_or(value.len());
            let Some(all) = value.get(*from..until) else { continue };
            let field = trimmed(all);
            let next = value.get(from + field.len()).or(entry.next);
            let Some((_, last)) = field.last() else { continue };
            let close = next.map_or(at_end(*last), |(_, span)| *span);
            let alone = [&kept[..opened], field, &[(Token::RightBracket, close)]].concat();
            match self.parse(&alone, next) {
                Ok(()) => {
                    kept.extend_from_slice(field);
                    kept.push((Token::Comma, at_end(*last)));
                }
                Err(mut error) => {
                    let inside = |place: Span| {
                        field.iter().chain(next).any(|(_, span)| span.file == place.file && span.start == place.start)
                    };
                    if error.span == close
                        && let Some((token, _)) = next
                    {
                        error.kind = SyntaxErrorKind::Unexpected(token.clone());
                    }
                    if !errors.first().is_some_and(|first| inside(first.span)) {
                        errors.push(error);
                    }
                }
            }
        }
        if kept.len() > opened {
            kept.pop();
        }
        let end = entry.tokens.last().map_or(Span::NONE, |(_, span)| at_end(*span));
        kept.push((Token::RightBracket, end));
        (kept, errors)
    }
}

impl Entry<'_> {
    /// Whether a place is in the entry or where it ends.
    fn holds(&self, place: Span) -> bool {
        let Some((_, start)) = self.tokens.first() else { return false };
        let end = self.next.or(self.tokens.last()).map_or(start.end, |(_, span)| span.start);
        start.file == place.file && (start.start..=end).contains(&place.start)
    }

    /// The entry ends inside a bracket.
    fn missing_bracket(&self, error: &SyntaxError) -> Option<SyntaxError> {
        let end = self.next.map(|(_, span)| *span);
        let is_at_end = error.kind == SyntaxErrorKind::UnexpectedEnd || Some(error.span) == end;
        let (open, last) = (error.unclosed?, self.tokens.last()?.1);
        let opening = self.tokens.iter().find(|(_, span)| *span == open)?;
        let closing = match opening.0 {
            Token::LeftBracket => Token::RightBracket,
            Token::LeftParenthesis => Token::RightParenthesis,
            _ => return None,
        };
        let mut missing = SyntaxError::new(SyntaxErrorKind::Missing(closing), at_end(last));
        missing.unclosed = Some(open);
        is_at_end.then_some(missing)
    }

    /// Entries are separated by one comma each.
    fn separator_error(&self) -> Option<SyntaxError> {
        let wrong = match self.separators {
            [(Token::Comma, _)] => return None,
            [] if self.is_last => return None,
            [] => self.next?,
            [only] => only,
            [_, second, ..] => second,
        };
        let mut error = SyntaxError::new(SyntaxErrorKind::Unexpected(wrong.0.clone()), wrong.1);
        if self.separators.len() < 2 {
            error.expected.push("`,`".into());
        }
        Some(error)
    }
}

/// Where a function, event or hook begins inside another, if that is what is wrong at `place`: the closing brace of the
/// one before is missing.
pub fn misplaced_head(tokens: &[SpannedToken], place: Span) -> Option<usize> {
    let is_place = |(_, span): &SpannedToken| span.file == place.file && span.start == place.start;
    let found = tokens.iter().position(is_place)?;
    let heads = tokens.get(..found)?;
    let head = heads.iter().rev().take(LONGEST_HEAD).position(|(token, _)| {
        matches!(token, Token::Event | Token::Hook | Token::Function | Token::LeftBrace | Token::Semicolon)
    })?;
    let head = found - 1 - head;
    let is_named = matches!(
        tokens.get(head..head + 3)?,
        [(Token::Event | Token::Hook | Token::Function, _), (Token::Identifier(_), _), (Token::LeftParenthesis, _)]
    );
    let is_wrong = match tokens.get(found)?.0 {
        Token::LeftBrace | Token::Colon => true,
        _ => found == head + 1 && tokens.get(head)?.0 == Token::Function,
    };
    let open = unclosed(tokens.get(..head)?, place)?;
    let in_brace = tokens.iter().any(|(token, span)| *span == open && *token == Token::LeftBrace);
    (is_named && is_wrong && in_brace).then_some(head)
}

/// No head of a function has more tokens before its first mistake.
const LONGEST_HEAD: usize = 64;

/// The empty span behind another.
fn at_end(span: Span) -> Span {
    Span { start: span.end, ..span }
}

/// The brace that closes the one before the tokens.
fn closing_brace(tokens: &[SpannedToken]) -> Option<usize> {
    let mut depth = 0usize;
    tokens.iter().position(|(token, _)| match token {
        Token::LeftBrace => {
            depth += 1;
            false
        }
        Token::RightBrace if depth == 0 => true,
        Token::RightBrace => {
            depth -= 1;
            false
        }
        _ => false,
    })
}

/// Follows parentheses and braces, but not square brackets; tells whether a token is outside of them.
#[derive(Default)]
struct Outside(usize);

impl Outside {
    fn follow(&mut self, token: &Token) -> bool {
        match token {
            Token::LeftParenthesis | Token::LeftBrace => self.0 += 1,
            Token::RightParenthesis | Token::RightBrace => self.0 = self.0.saturating_sub(1),
            _ => {}
        }
        self.0 == 0
    }
}

/// `["name"]`, and how many tokens it is; 0 for what is no key.
fn key_length(tokens: &[SpannedToken]) -> usize {
    match tokens {
        [(Token::LeftBracket, _), (Token::String(_), _), (Token::RightBracket, _), ..] => 3,
        _ => 0,
    }
}

/// Where entries begin.
fn key_places(body: &[SpannedToken]) -> Vec<usize> {
    let mut outside = Outside::default();
    let mut places = Vec::new();
    for (at, (token, _)) in body.iter().enumerate() {
        let is_outside = outside.follow(token);
        let rest = body.get(at..).unwrap_or_default();
        let length = key_length(rest);
        if !is_outside || length == 0 {
            continue;
        }
        let before = at.checked_sub(1).and_then(|before| body.get(before)).map(|(token, _)| token);
        let begins = matches!(before, None | Some(Token::Comma | Token::Semicolon | Token::RightBracket));
        let is_assigned = matches!(rest.get(length), Some((Token::Assign, _)));
        if is_assigned || begins && !matches!(rest.get(length), Some((Token::Comma | Token::RightBracket, _))) {
            places.push(at);
        }
    }
    places
}

/// Where the fields of a record in brackets begin.
fn field_places(value: &[SpannedToken]) -> Vec<usize> {
    let mut outside = Outside::default();
    let mut places = Vec::new();
    for (at, (token, _)) in value.iter().enumerate() {
        if !outside.follow(token) || *token != Token::Dollar {
            continue;
        }
        let follows_operand =
            at.checked_sub(1).and_then(|at| value.get(at)).is_some_and(|(token, _)| token.ends_operand());
        let is_assigned = matches!(value.get(at + 2), Some((Token::Assign, _)));
        if !follows_operand || is_assigned {
            places.push(at);
        }
    }
    places
}

/// A field without the commas and the bracket behind it.
fn trimmed(mut field: &[SpannedToken]) -> &[SpannedToken] {
    loop {
        let count = |wanted: &Token| field.iter().filter(|(token, _)| token == wanted).count();
        match field.split_last() {
            Some(((Token::Comma, _), rest)) => field = rest,
            Some(((Token::RightBracket, _), rest)) if count(&Token::RightBracket) > count(&Token::LeftBracket) => {
                field = rest;
            }
            _ => return field,
        }
    }
}
