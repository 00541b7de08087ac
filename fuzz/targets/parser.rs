//! The lexer, the parser in all its forms, the printer, and the loader without anything behind it.

use brood::source::{FileId, Span};
use brood::syntax::ast::{Decl, DeclKind};
use brood::syntax::lexer::Lexer;
use brood::syntax::printer::print_file;
use brood::syntax::token::{SpannedToken, Token};
use brood::syntax::{SyntaxError, parse_file, parse_repl_line};

use super::scripts::{Recorder, check_diagnostic, check_place};
use crate::harness::{Broken, Target, holds};
use crate::inputs::dice::Dice;
use crate::inputs::{grammar, mutate};

pub(crate) const TARGET: Target =
    Target { name: "parser", regressions: "scripts", extension: "bro", memory: 1 << 30, generate, check };

const FILE: FileId = FileId(0);

/// A declaration that must be found behind anything.
const SENTINEL: &str = "\n\nglobal fuzz_sentinel: count = 1;\n";

/// After so many mistakes the rest of a text is not read.
const MAX_ERRORS: usize = 1000;

fn generate(dice: &mut Dice) -> Vec<u8> {
    match dice.below(5) {
        0 | 1 => grammar::script(dice),
        2 => {
            let script = grammar::script(dice);
            mutate::change(dice, script)
        }
        _ => mutate::mutated(dice),
    }
}

fn check(input: &[u8]) -> Result<(), Broken> {
    let tokens = check_tokens(input)?;
    let _ = parse_repl_line(&tokens);
    let (declarations, errors) = parse_file(FILE, input);
    check_errors(input, &errors)?;
    check_places(input, &declarations)?;
    check_printing(&declarations, str::from_utf8(input).is_ok())?;
    let has_directives = tokens.iter().any(|(token, _)| matches!(token, Token::Directive(_)));
    if !has_directives {
        check_rest(input, &errors)?;
    }
    check_loading(input, (!has_directives).then_some(&declarations), &errors)
}

/// Tokens and mistakes cover the text in order.
fn check_tokens(input: &[u8]) -> Result<Vec<SpannedToken>, Broken> {
    let mut tokens = Vec::new();
    let mut end = 0;
    for item in Lexer::new(FILE, input) {
        let span = item.as_ref().map_or_else(|error| error.span, |(_, span)| *span);
        check_place(input, span)?;
        holds(span.end >= end, "tokens are in order", || format!("{span:?} behind {end}"))?;
        end = span.end;
        tokens.extend(item.ok());
    }
    Ok(tokens)
}

fn check_errors(input: &[u8], errors: &[SyntaxError]) -> Result<(), Broken> {
    for error in errors {
        check_place(input, error.span)?;
        error.unclosed.map_or(Ok(()), |span| check_place(input, span))?;
        holds(!error.to_string().is_empty(), "an error says something", || format!("{error:?}"))?;
    }
    let ordered = errors.is_sorted_by_key(|error| error.span.start);
    holds(ordered, "errors are in order", || format!("{errors:?}"))
}

/// Every span of a tree lies within the text, and declarations are in order.
fn check_places(input: &[u8], declarations: &[Decl]) -> Result<(), Broken> {
    let ordered = declarations.is_sorted_by_key(|declaration| declaration.span.start);
    holds(ordered, "declarations are in order", || format!("{declarations:?}"))?;
    spans(declarations).into_iter().filter(|span| !span.is_none()).try_for_each(|span| check_place(input, span))
}

/// The spans of a tree, out of its text: no walk over the tree can forget one.
fn spans(declarations: &[Decl]) -> Vec<Span> {
    let text = format!("{declarations:?}");
    let number = |text: &str, name: &str| {
        let digits = text.split_once(name)?.1;
        digits.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
    };
    let span = |piece: &str| {
        let piece = piece.split_once('}')?.0;
        Some(Span {
            file: FileId(number(piece, "FileId(")?),
            start: number(piece, "start: ")?,
            end: number(piece, "end: ")?,
        })
    };
    text.split("Span {").skip(1).filter_map(span).collect()
}

/// A tree as text without places.
fn shape(declarations: &[Decl]) -> String {
    let text = format!("{declarations:?}");
    let mut pieces = text.split("Span {");
    let mut shape = pieces.next().unwrap_or("").to_string();
    for piece in pieces {
        shape.push_str(piece.split_once('}').map_or("", |(_, behind)| behind));
    }
    shape
}

/// What was parsed reads back from its printed form as the same tree. Patterns keep their bytes as they are written,
/// and bytes that are no text are printed as escapes: the tree is the same only for text.
fn check_printing(declarations: &[Decl], is_text: bool) -> Result<(), Broken> {
    let printed = print_file(declarations);
    let (again, errors) = parse_file(FILE, printed.as_bytes());
    holds(errors.is_empty(), "what is printed parses", || format!("{errors:?} in\n{printed}"))?;
    let (before, after) = (shape(declarations), shape(&again));
    holds(before == after || !is_text, "what is printed reads back", || format!("{printed}\n{before}\n{after}"))?;
    let twice = print_file(&again);
    holds(twice == printed, "what is printed twice is the same", || format!("{printed}\n{twice}"))
}

/// Whatever is wrong with a text, what follows it is read.
fn check_rest(input: &[u8], errors: &[SyntaxError]) -> Result<(), Broken> {
    if errors.len() + 2 >= MAX_ERRORS {
        return Ok(());
    }
    let text = [input, SENTINEL.as_bytes()].concat();
    let (declarations, errors) = parse_file(FILE, &text);
    let is_sentinel = |declaration: &Decl| match &declaration.kind {
        DeclKind::Variable(variable) => variable.name.name.as_str() == "fuzz_sentinel",
        _ => false,
    };
    holds(declarations.iter().any(is_sentinel), "the rest of a file is read", || format!("{errors:?}"))
}

/// The loader finds what the parser of whole files does, and stops at the first mistake only if told to.
fn check_loading(input: &[u8], declarations: Option<&Vec<Decl>>, errors: &[SyntaxError]) -> Result<(), Broken> {
    let tolerant = Recorder::load(input, true);
    for diagnostic in tolerant.diagnostics.iter().take(50) {
        check_diagnostic(&tolerant.sources, diagnostic)?;
    }
    let strict = Recorder::load(input, false);
    for diagnostic in strict.diagnostics.iter().take(50) {
        check_diagnostic(&strict.sources, diagnostic)?;
    }
    let is_error = |recorder: &Recorder| recorder.diagnostics.iter().any(|diagnostic| diagnostic.severity.is_error());
    let agree = is_error(&strict) == is_error(&tolerant);
    holds(agree, "strict and tolerant agree on what is right", || {
        format!("{:?}\n{:?}", strict.diagnostics, tolerant.diagnostics)
    })?;
    if !is_error(&strict) {
        let (one, other) = (shape(&strict.declarations), shape(&tolerant.declarations));
        holds(one == other, "strict and tolerant read the same", || format!("{one}\n{other}"))?;
    }
    let Some(declarations) = declarations else { return Ok(()) };
    if errors.is_empty() && !is_error(&tolerant) {
        let (one, other) = (shape(declarations), shape(&tolerant.declarations));
        holds(one == other, "the loader reads what the parser does", || format!("{one}\n{other}"))?;
    }
    holds(errors.is_empty() || is_error(&tolerant), "the loader refuses what the parser does", || format!("{errors:?}"))
}
