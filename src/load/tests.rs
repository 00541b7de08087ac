//! The loader with files in memory, and a consumer that writes down what it is given.

mod conditionals;
mod directives;
mod errors;
mod order;

use std::rc::Rc;

use super::embedded::Embedded;
use super::files::MemoryFiles;
use super::path::SearchPath;
use super::{Consumer, Loader, Setup};
use crate::diag::{Diagnostic, Severity, bro};
use crate::source::{FileId, SourceMap, Symbol};
use crate::syntax::ast::{Decl, DeclKind, Expr, ExprKind, Literal, UnaryOp};

/// Writes one line for each thing it is given.
struct Recorder {
    sources: SourceMap,
    module: Symbol,
    lines: Vec<String>,
    diagnostics: Vec<Diagnostic>,
    defined: Vec<Symbol>,
    /// The constants of `print` statements.
    printed: Vec<String>,
    /// Write files and modules too.
    verbose: bool,
}

impl Recorder {
    fn new() -> Self {
        Recorder {
            sources: SourceMap::default(),
            module: Symbol::new("GLOBAL"),
            lines: Vec::new(),
            diagnostics: Vec::new(),
            defined: Vec::new(),
            printed: Vec::new(),
            verbose: false,
        }
    }

    /// The source text of a declaration, without line ends.
    fn text(&self, declaration: &Decl) -> String {
        let text = String::from_utf8_lossy(self.sources.text(declaration.span)).into_owned();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn messages(&self) -> Vec<String> {
        self.diagnostics.iter().map(|diagnostic| bro::line(&self.sources, diagnostic)).collect()
    }
}

impl Consumer for Recorder {
    fn sources(&mut self) -> &mut SourceMap {
        &mut self.sources
    }

    fn declare(&mut self, declaration: Rc<Decl>) {
        let mut line = self.text(&declaration);
        if declaration.exported {
            line = format!("export {line}");
        }
        match &declaration.kind {
            DeclKind::Module(name) => self.module = name.name,
            DeclKind::Variable(variable) => self.defined.push(variable.name.name),
            DeclKind::Function(function) => self.defined.push(function.name.name),
            _ => {}
        }
        self.printed.extend(directives::constant(&declaration.kind));
        if self.verbose {
            line = format!("{}: {line}", self.module);
        }
        self.lines.push(line);
    }

    fn is_defined(&mut self, name: Symbol) -> bool {
        self.defined.contains(&name)
    }

    /// `T`, `F`, `!`, and names, which are true if they are defined. Locals have no value.
    fn condition(&mut self, condition: &Expr, locals: &[Symbol]) -> Option<bool> {
        match &condition.kind {
            ExprKind::Literal(Literal::Bool(value)) => Some(*value),
            ExprKind::Unary(UnaryOp::Not, operand) => self.condition(operand, locals).map(|value| !value),
            ExprKind::Name(name) if locals.contains(name) => None,
            ExprKind::Name(name) => Some(self.defined.contains(name)),
            ExprKind::Paren(inner) => self.condition(inner, locals),
            _ => None,
        }
    }

    fn is_string(&mut self, name: Symbol) -> Option<bool> {
        self.defined.contains(&name).then(|| name.as_str().ends_with("text"))
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity >= Severity::Error)
    }

    fn module(&self) -> Symbol {
        self.module
    }

    fn set_module(&mut self, module: Symbol) {
        self.module = module;
    }

    fn script_started(&mut self, file: FileId, level: usize) {
        if self.verbose {
            let name = self.sources.get(file).map_or("", |file| &file.name);
            self.lines.push(format!("{level} {name}"));
        }
    }

    fn ignore_deprecations(&mut self, ignore: bool) {
        if self.verbose {
            self.lines.push(format!("ignore deprecations: {ignore}"));
        }
    }
}

static EMBEDDED: Embedded = Embedded::new(&[
    ("base/a/__load__.bro", b"@load ./main\n"),
    ("base/a/main.bro", b"global a_main = 1;\n"),
    ("policy/tuning.bro", b"global tuning = 1;\n"),
]);

fn loader(files: &[(&str, &str)], recover: bool) -> Loader {
    let files: MemoryFiles = files.iter().copied().collect();
    Loader::new(Setup {
        files: Rc::new(files),
        path: SearchPath::default(),
        embedded: EMBEDDED,
        prefixes: Vec::new(),
        recover,
        salvage: false,
        parsed: None,
    })
}

/// Loads the first file and finishes, going on after errors.
fn load(files: &[(&str, &str)]) -> Recorder {
    let mut recorder = Recorder::new();
    load_into(&mut recorder, &mut loader(files, true), files);
    recorder
}

/// Loads the first file and finishes, as Bro does.
fn load_as_bro(files: &[(&str, &str)]) -> Recorder {
    let mut recorder = Recorder::new();
    load_into(&mut recorder, &mut loader(files, false), files);
    recorder
}

fn load_into(recorder: &mut Recorder, loader: &mut Loader, files: &[(&str, &str)]) {
    loader.script(recorder, files[0].0);
    loader.finish(recorder, &[], None);
}

/// What one file declares.
fn declared(text: &str) -> Vec<String> {
    let recorder = load(&[("x.bro", text)]);
    assert_eq!(recorder.messages(), [""; 0], "{text}");
    recorder.lines
}

/// What is wrong with one file.
fn messages(text: &str) -> Vec<String> {
    load(&[("x.bro", text)]).messages()
}
