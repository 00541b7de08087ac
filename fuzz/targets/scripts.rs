//! What the targets that take scripts share: loading from memory, and what holds for places and diagnostics.

use std::cell::RefCell;
use std::rc::Rc;

use brood::diag::render::{Style, human};
use brood::diag::{Diagnostic, bro, json, sarif};
use brood::load::embedded::SCRIPTS;
use brood::load::files::MemoryFiles;
use brood::load::path::SearchPath;
use brood::load::{Consumer, Loader, Setup};
use brood::source::{FileId, SourceMap, Span, Symbol};
use brood::syntax::ast::{Decl, Expr, ExprKind, Literal};

use crate::harness::{Broken, holds};

/// The name of an input among the files.
pub(crate) const NAME: &str = "input.bro";

/// Loading of one input. It may load itself; nothing else but the scripts in the binary is there.
pub(crate) fn setup(input: &[u8], recover: bool) -> Setup {
    Setup {
        files: Rc::new(MemoryFiles::from_iter([(NAME, input)])),
        path: SearchPath::default(),
        embedded: SCRIPTS,
        prefixes: Vec::new(),
        recover,
        salvage: recover,
        parsed: None,
    }
}

/// Keeps declarations and diagnostics, and takes every condition for true that is not `F`.
pub(crate) struct Recorder {
    pub(crate) sources: SourceMap,
    pub(crate) declarations: Vec<Decl>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    module: Symbol,
}

impl Recorder {
    pub(crate) fn load(input: &[u8], recover: bool) -> Self {
        let mut recorder = Recorder {
            sources: SourceMap::default(),
            declarations: Vec::new(),
            diagnostics: Vec::new(),
            module: Symbol::new("GLOBAL"),
        };
        let mut loader = Loader::new(setup(input, recover));
        loader.script(&mut recorder, NAME);
        loader.finish(&mut recorder, &[], None);
        recorder
    }
}

impl Consumer for Recorder {
    fn sources(&mut self) -> &mut SourceMap {
        &mut self.sources
    }

    fn declare(&mut self, declaration: Rc<Decl>) {
        self.declarations.push(Rc::unwrap_or_clone(declaration));
    }

    fn is_defined(&mut self, name: Symbol) -> bool {
        name.as_str().len().is_multiple_of(2)
    }

    fn condition(&mut self, condition: &Expr, _: &[Symbol]) -> Option<bool> {
        Some(condition.kind != ExprKind::Literal(Literal::Bool(false)))
    }

    fn is_string(&mut self, _: Symbol) -> Option<bool> {
        None
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity.is_error())
    }

    fn module(&self) -> Symbol {
        self.module
    }

    fn set_module(&mut self, module: Symbol) {
        self.module = module;
    }

    fn script_started(&mut self, _: FileId, _: usize) {}

    fn ignore_deprecations(&mut self, _: bool) {}
}

/// A sink that checks every diagnostic it is given, and the first one that is wrong.
pub(crate) fn checking_sink() -> (brood::engine::Sink, Rc<RefCell<Result<(), Broken>>>) {
    let first = Rc::new(RefCell::new(Ok(())));
    let result = first.clone();
    let mut seen = 0;
    let sink = move |sources: &SourceMap, diagnostic: &Diagnostic| {
        seen += 1;
        // An endless handler may report without end; the rest are like these.
        if seen < 200 && result.borrow().is_ok() {
            *result.borrow_mut() = check_diagnostic(sources, diagnostic);
        }
    };
    (Rc::new(RefCell::new(sink)), first)
}

/// A diagnostic points into its sources and can be shown in every form.
pub(crate) fn check_diagnostic(sources: &SourceMap, diagnostic: &Diagnostic) -> Result<(), Broken> {
    check_span(sources, diagnostic.span)?;
    let places = diagnostic.related.iter().chain(&diagnostic.chain).map(|(span, _)| *span);
    let places = places.chain(diagnostic.other.iter().map(|other| other.span));
    places.chain(diagnostic.fix.iter().map(|fix| fix.span)).try_for_each(|span| check_span(sources, span))?;
    let line = bro::line(sources, diagnostic);
    holds(!line.trim().is_empty(), "a diagnostic says something", || format!("{diagnostic:?}"))?;
    for style in [Style::default(), Style { color: true, width: 20 }] {
        let text = human(sources, diagnostic, style);
        holds(text.ends_with('\n'), "a diagnostic ends with its line", || text.clone())?;
    }
    let document = json::document(sources, std::slice::from_ref(diagnostic));
    let parsed = serde_json::from_str::<serde_json::Value>(&document);
    holds(parsed.is_ok(), "diagnostics as JSON are JSON", || document.clone())?;
    let document = sarif::document(sources, std::slice::from_ref(diagnostic));
    let parsed = serde_json::from_str::<serde_json::Value>(&document);
    holds(parsed.is_ok(), "diagnostics as SARIF are JSON", || document.clone())
}

fn check_span(sources: &SourceMap, span: Span) -> Result<(), Broken> {
    match sources.get(span.file) {
        Some(file) => check_place(&file.text, span),
        None => holds(span.is_none(), "a place is in a known file", || format!("{span:?}")),
    }
}

/// A span lies within its text, and where the text is UTF-8, between characters.
pub(crate) fn check_place(text: &[u8], span: Span) -> Result<(), Broken> {
    let (start, end) = (span.start as usize, span.end as usize);
    holds(start <= end && end <= text.len(), "a place lies within its text", || format!("{span:?} of {}", text.len()))?;
    let Ok(text) = str::from_utf8(text) else { return Ok(()) };
    holds(text.is_char_boundary(start) && text.is_char_boundary(end), "a place cuts no character", || {
        format!("{span:?} in {text:?}")
    })
}
