//! What kind of thing stands at the cursor, and the types that the text before it asks for.

use super::input;
use super::session::Session;
use crate::load::Consumer;
use crate::program::GlobalKind;
use crate::source::{FileId, Symbol};
use crate::syntax::lexer::Lexer;
use crate::syntax::parser::parse_expression;
use crate::syntax::token::{SpannedToken, Token};
use crate::types::TypeRef;
use crate::value::Value;

/// What is to be completed. Offsets are into the text before the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Nothing,
    /// A name, begun or not.
    Name {
        start: usize,
    },
    /// A field behind the `$` (or `?$`) at `dollar`.
    Field {
        start: usize,
        dollar: usize,
    },
    /// A string whose quote is open.
    Text {
        quote: usize,
    },
    /// The name of a script behind `@load`.
    Script {
        start: usize,
    },
    Directive {
        start: usize,
    },
    Attribute {
        start: usize,
    },
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':'
}

/// The place at the end of `head`.
pub(super) fn place(head: &str) -> Place {
    let line_start = head.rfind('\n').map_or(0, |at| at + 1);
    let line = head.get(line_start..).unwrap_or_default();
    if let Some(rest) = line.trim_start().strip_prefix("@load").or_else(|| line.trim_start().strip_prefix("@unload"))
        && rest.starts_with([' ', '\t'])
    {
        return Place::Script { start: head.len() - rest.trim_start().len() };
    }
    match open_quote(head) {
        Open::Quote(quote) => return Place::Text { quote },
        Open::Comment => return Place::Nothing,
        Open::Nothing => {}
    }
    let bytes = head.as_bytes();
    let mut start = bytes.iter().rposition(|&byte| !is_name_byte(byte)).map_or(0, |at| at + 1);
    // A single colon is no part of a name: `x:cou`.
    let word = head.get(start..).unwrap_or_default();
    if let Some(at) = word.rfind(':').filter(|&at| !word.get(..=at).is_some_and(|text| text.ends_with("::"))) {
        start += at + 1;
    }
    let before = head.get(..start).unwrap_or_default();
    if before.ends_with('$') {
        let dollar = if before.ends_with("?$") { start - 2 } else { start - 1 };
        return Place::Field { start, dollar };
    }
    if before.ends_with('@') {
        return Place::Directive { start: start - 1 };
    }
    if before.ends_with('&') && !before.ends_with("&&") {
        return Place::Attribute { start: start - 1 };
    }
    let word = head.get(start..).unwrap_or_default();
    if word.starts_with(|letter: char| letter.is_ascii_digit()) { Place::Nothing } else { Place::Name { start } }
}

enum Open {
    Nothing,
    Quote(usize),
    Comment,
}

/// Whether a string or comment is open at the end.
fn open_quote(text: &str) -> Open {
    let mut open = Open::Nothing;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match (&open, byte) {
            (Open::Quote(_), _) if escaped => escaped = false,
            (Open::Quote(_), b'\\') => escaped = true,
            (Open::Quote(_), b'"') | (Open::Comment | Open::Quote(_), b'\n') => open = Open::Nothing,
            (Open::Nothing, b'"') => open = Open::Quote(at),
            (Open::Nothing, b'#') => open = Open::Comment,
            _ => {}
        }
    }
    open
}

fn tokens(text: &str) -> Vec<SpannedToken> {
    let tokens = Lexer::new(FileId::NONE, text.as_bytes()).flatten();
    tokens.filter(|(token, _)| !matches!(token, Token::Doc(_))).collect()
}

/// The type of the record before a `$`. In a constructor: the type it makes, and the fields that it has already.
pub(super) fn record_before(session: &mut Session, before: &str) -> (Option<TypeRef>, Vec<Symbol>) {
    let tokens = tokens(before);
    match tokens.last().map(|(token, _)| token) {
        None => (None, Vec::new()),
        Some(Token::LeftBracket | Token::LeftParenthesis | Token::Comma) => {
            let Some(open) = open_bracket(&tokens) else { return (None, Vec::new()) };
            let given = tokens.get(open..).unwrap_or_default().windows(2).filter_map(|pair| match pair {
                [(Token::Dollar, _), (Token::Identifier(name), _)] => Some(*name),
                _ => None,
            });
            let given = given.collect();
            (constructed(session, &tokens, open), given)
        }
        Some(_) => {
            let ty = operand_start(&tokens).and_then(|start| type_of(session, tokens.get(start..)?));
            (ty, Vec::new())
        }
    }
}

/// The type that a value at the end of the text should have, where that is plain: behind `$field=` of a constructor,
/// behind `name =`, behind `==`.
pub(super) fn expected_type(session: &mut Session, before: &str) -> Option<TypeRef> {
    let tokens = tokens(before);
    let (last, rest) = tokens.split_last()?;
    match last.0 {
        Token::Assign | Token::Equal | Token::NotEqual => assigned(session, rest),
        Token::LeftParenthesis | Token::Comma => {
            let open = open_bracket(&tokens)?;
            argument(session, &tokens, open)
        }
        _ => None,
    }
}

/// The value of what ends the text, where looking at it changes nothing.
pub(super) fn value_of(session: &mut Session, text: &str) -> Option<Value> {
    let tokens = tokens(text);
    let operand = tokens.get(operand_start(&tokens)?..)?;
    let expression = parse_expression(operand).ok().filter(input::is_pure)?;
    session.engine.type_of(&expression).ok()?;
    let errors = session.output.errors();
    let snapshot = session.engine.snapshot();
    let output = session.output.clone();
    let (value, _) = output.keeping(|| {
        let (body, _) = session.engine.prepare(&expression)?;
        session.engine.evaluate(body).ok().flatten()
    });
    session.engine.restore(snapshot);
    value.filter(|_| session.output.errors() == errors)
}

fn type_of(session: &mut Session, tokens: &[SpannedToken]) -> Option<TypeRef> {
    let expression = parse_expression(tokens).ok()?;
    session.engine.type_of(&expression).ok()
}

/// Where the innermost bracket stands that is open at the end.
fn open_bracket(tokens: &[SpannedToken]) -> Option<usize> {
    let mut depth = 0usize;
    for (at, (token, _)) in tokens.iter().enumerate().rev() {
        match token {
            Token::RightParenthesis | Token::RightBracket | Token::RightBrace => depth += 1,
            Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace if depth == 0 => return Some(at),
            Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where the operand begins that ends the tokens: `a$b[c](d)`.
fn operand_start(tokens: &[SpannedToken]) -> Option<usize> {
    let mut end = tokens.len();
    loop {
        let last = end.checked_sub(1)?;
        match &tokens.get(last)?.0 {
            Token::RightParenthesis | Token::RightBracket => {
                let open = open_bracket(tokens.get(..last)?)?;
                match open.checked_sub(1).and_then(|before| tokens.get(before)).map(|(token, _)| token) {
                    Some(Token::Copy) => return Some(open - 1),
                    Some(token) if token.ends_operand() => end = open,
                    _ => return Some(open),
                }
            }
            Token::Identifier(_) => match last.checked_sub(1).and_then(|before| tokens.get(before)) {
                Some((Token::Dollar, _)) => end = last - 1,
                _ => return Some(last),
            },
            _ => return None,
        }
    }
}

/// The record type that the constructor makes whose bracket stands at `open`.
fn constructed(session: &mut Session, tokens: &[SpannedToken], open: usize) -> Option<TypeRef> {
    let before = tokens.get(..open)?;
    let (last, rest) = before.split_last()?;
    match (&tokens.get(open)?.0, &last.0) {
        // `Cluster::Node(`
        (Token::LeftParenthesis, Token::Identifier(name)) => named_type(session, *name),
        (Token::LeftBracket, Token::Assign | Token::AddTo) => assigned(session, rest),
        (Token::LeftBracket, Token::LeftParenthesis | Token::Comma) => {
            let call = open_bracket(before)?;
            argument(session, before, call)
        }
        _ => None,
    }
}

/// The type of what is assigned to at the end of `before`.
fn assigned(session: &mut Session, before: &[SpannedToken]) -> Option<TypeRef> {
    let (last, rest) = before.split_last()?;
    match &last.0 {
        Token::RightBracket => {
            let open = open_bracket(rest)?;
            let is_index =
                open.checked_sub(1).and_then(|at| before.get(at)).is_some_and(|(token, _)| token.ends_operand());
            if is_index {
                return type_of(session, before.get(operand_start(before)?..)?);
            }
            // An entry of a table: what the whole table is assigned to says its type.
            let outer = open_bracket(before.get(..open)?)?;
            let (sign, target) = before.get(..outer)?.split_last()?;
            let table = match &sign.0 {
                Token::Assign | Token::AddTo => assigned(session, target)?,
                _ => return None,
            };
            table.as_table().and_then(|(_, yields)| yields.cloned())
        }
        Token::Identifier(name) => match rest.split_last() {
            Some(((Token::Dollar, _), outer)) => {
                let is_access = outer.last().is_some_and(|(token, _)| token.ends_operand());
                let record = if is_access {
                    type_of(session, outer.get(operand_start(outer)?..)?)?
                } else {
                    constructed(session, before, open_bracket(outer)?)?
                };
                let record = record.as_record()?;
                record.field(record.offset(*name)?).map(|field| field.ty)
            }
            // `global x: Type =`
            Some(((Token::Colon, _), _)) => named_type(session, *name),
            _ => type_of(session, before.get(operand_start(before)?..)?),
        },
        _ => type_of(session, before.get(operand_start(before)?..)?),
    }
}

/// The type of the parameter that the last argument of a call is for.
fn argument(session: &mut Session, tokens: &[SpannedToken], open: usize) -> Option<TypeRef> {
    let callee = tokens.get(..open)?;
    let ty = type_of(session, callee.get(operand_start(callee)?..)?)?;
    let mut depth = 0usize;
    let mut position = 0;
    for (token, _) in tokens.get(open + 1..)? {
        match token {
            Token::LeftParenthesis | Token::LeftBracket | Token::LeftBrace => depth += 1,
            Token::RightParenthesis | Token::RightBracket | Token::RightBrace => depth = depth.saturating_sub(1),
            Token::Comma if depth == 0 => position += 1,
            _ => {}
        }
    }
    ty.as_func()?.parameters.get(position).map(|parameter| parameter.ty.clone())
}

fn named_type(session: &Session, name: Symbol) -> Option<TypeRef> {
    let full = crate::sema::full_name(session.engine.module(), name);
    let program = &session.engine.vm.program;
    let global = program.global(program.find(full).or_else(|| program.find(name))?);
    (global.kind == GlobalKind::Type).then(|| global.ty.clone())
}
