//! `brood dump`: what the stages of the pipeline make of a script.

use std::fmt::Write as _;
use std::io::Write as _;

use clap::{Args, ValueEnum};

use super::launch::{load, printer};
use crate::diag::{Diagnostic, render, say};
use crate::engine::Personality;
use crate::hir;
use crate::launch::Launch;
use crate::load::{syntax_diagnostic, token_diagnostic};
use crate::program::BodyEntry;
use crate::source::{FileId, SourceMap, Span};
use crate::syntax::ast::{Decl, DeclKind};
use crate::syntax::lexer::Lexer;
use crate::syntax::parse_file;
use crate::syntax::printer::print_declaration;
use crate::syntax::token::Token;
use crate::value::BodyId;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[arg(value_enum)]
    stage: Stage,
    /// The script. For hir and code it is loaded, but nothing runs except what loading runs.
    file: String,
    /// For hir and code: load no more of the base scripts than every script needs.
    #[arg(short, long = "bare-mode")]
    bare: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Stage {
    /// The words of the file with their places.
    Tokens,
    /// The declarations as they were understood, printed anew. `@load` is passed over, of each conditional the first
    /// branch is taken.
    Ast,
    /// Typed bodies: names resolved, conversions explicit.
    Hir,
    /// The machine's code.
    Code,
}

pub(super) fn run(arguments: &Arguments) -> i32 {
    let (text, status) = match arguments.stage {
        Stage::Tokens | Stage::Ast => match read(&arguments.file) {
            Ok((sources, file)) if matches!(arguments.stage, Stage::Tokens) => tokens(&sources, file),
            Ok((sources, file)) => ast(&sources, file),
            Err(error) => {
                say!("brood dump: {}: {error}", arguments.file);
                return 1;
            }
        },
        Stage::Hir | Stage::Code => bodies(arguments),
    };
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            say!("brood dump: {error}");
            1
        }
        _ => status,
    }
}

fn read(path: &str) -> std::io::Result<(SourceMap, FileId)> {
    let text: Vec<u8> = if path == "-" {
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut std::io::stdin().lock(), &mut text)?;
        text
    } else {
        std::fs::read(path)?
    };
    let mut sources = SourceMap::default();
    let file = sources.add(path, text.as_slice().into(), false);
    Ok((sources, file))
}

fn text_of(sources: &SourceMap, file: FileId) -> &[u8] {
    sources.get(file).map_or(&[], |source| &source.text)
}

fn place(sources: &SourceMap, span: Span) -> String {
    sources.place(span).map_or_else(String::new, |(_, location)| format!("{}:{}", location.line, location.column))
}

fn report(sources: &SourceMap, diagnostic: &Diagnostic) {
    eprint!("{}", render::human(sources, diagnostic, render::Style::default()));
}

fn tokens(sources: &SourceMap, file: FileId) -> (String, i32) {
    let mut out = String::new();
    let mut status = 0;
    for item in Lexer::new(file, text_of(sources, file)) {
        match item {
            Ok((token, span)) => {
                let text = String::from_utf8_lossy(sources.text(span));
                let text = text.escape_debug();
                let _ = writeln!(out, "{:>8}  {:<12}  {text}", place(sources, span), class(&token));
            }
            Err(error) => {
                report(sources, &token_diagnostic(&error));
                status = 1;
            }
        }
    }
    (out, status)
}

/// What kind of word a token is.
fn class(token: &Token) -> &'static str {
    match token {
        Token::Identifier(_) => "name",
        Token::Bool(_) => "bool",
        Token::Count(_) => "count",
        Token::Double(_) => "double",
        Token::Interval(_) => "interval",
        Token::String(_) => "string",
        Token::Pattern(_) => "pattern",
        Token::Port(_) => "port",
        Token::Address(_) => "address",
        Token::Subnet(_) => "subnet",
        Token::HostName(_) => "host name",
        Token::Attribute(_) | Token::AttributeWithValue(_) | Token::AttributeMaybeValue(_) => "attribute",
        Token::Directive(_) => "directive",
        Token::Doc(_) => "comment",
        _ => match token.fixed_text() {
            Some(text) if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => "keyword",
            _ => "mark",
        },
    }
}

fn ast(sources: &SourceMap, file: FileId) -> (String, i32) {
    let (declarations, errors) = parse_file(file, text_of(sources, file));
    let mut out = String::new();
    for declaration in &declarations {
        let exported = if declaration.exported { ", exported" } else { "" };
        let _ = writeln!(out, "# {} {}{exported}", place(sources, declaration.span), form(declaration));
        let _ = writeln!(out, "{}\n", print_declaration(declaration).trim_end());
    }
    for error in &errors {
        report(sources, &syntax_diagnostic(error, text_of(sources, file)));
    }
    (out, i32::from(!errors.is_empty()))
}

fn form(declaration: &Decl) -> &'static str {
    match &declaration.kind {
        DeclKind::Module(_) => "module",
        DeclKind::Variable(_) => "variable",
        DeclKind::Type { .. } => "type",
        DeclKind::RedefEnum { .. } => "enum extended",
        DeclKind::RedefRecord { .. } => "record extended",
        DeclKind::RedefField { .. } => "field changed",
        DeclKind::Function(_) => "function",
        DeclKind::Statement(_) => "statement",
    }
}

/// The bodies that stand in the file, in the order in which the checker made them.
fn bodies(arguments: &Arguments) -> (String, i32) {
    let launch = Launch {
        personality: Personality::Brood,
        bare: arguments.bare,
        keep_bodies: true,
        scripts: vec![arguments.file.clone()],
        ..Launch::default()
    };
    let mut engine = load(&launch, printer(Personality::Brood));
    let program = &engine.vm.program;
    let mut found = Vec::new();
    for id in 0..program.body_count() {
        let id = BodyId(id as u32);
        let BodyEntry::Typed(body) = program.body(id) else { continue };
        let Some(source) = program.sources.get(body.span.file) else { continue };
        if !source.embedded {
            found.push((id, body));
        }
    }
    let mut out = String::new();
    for (id, body) in found {
        let Some((name, location)) = engine.vm.program.sources.place(body.span) else { continue };
        let _ = writeln!(out, "# body {} at {name}:{}", id.0, location.line);
        match arguments.stage {
            Stage::Hir => {
                let program = &engine.vm.program;
                out.push_str(&hir::print::body(&body, &|global| program.global(global).name));
            }
            _ => match engine.vm.code(id) {
                Ok(code) => out.push_str(&code.disassemble()),
                Err(error) => drop(writeln!(out, "{error}")),
            },
        }
        out.push('\n');
    }
    (out, i32::from(engine.error_count() > 0))
}
