//! One table of sources for all evaluations. Each engine numbers its files in its own order; findings of different
//! nodes can only be compared once their places are in the same table.

use std::collections::HashMap;

use crate::diag::Diagnostic;
use crate::source::{FileId, SourceMap, SourceText, Span};

/// The sources of every evaluation together, each file once.
#[derive(Default)]
pub(super) struct Pool {
    pub sources: SourceMap,
    by_name: HashMap<String, FileId>,
}

impl Pool {
    /// Adds a text that no evaluation may speak of: its name stands for another one there.
    pub(super) fn add(&mut self, name: &str, text: SourceText) -> FileId {
        self.sources.add(name, text, false)
    }

    /// The file of a name, if some evaluation spoke of it.
    pub(super) fn place_of(&self, name: &str) -> Option<FileId> {
        self.by_name.get(name).copied()
    }
}

/// Brings places of one engine into a [`Pool`].
pub(super) struct Adopter<'a> {
    pool: &'a mut Pool,
    from: &'a SourceMap,
    /// The name under which a file is to be shown.
    rename: &'a dyn Fn(&str) -> String,
    known: HashMap<FileId, FileId>,
}

impl<'a> Adopter<'a> {
    pub(super) fn new(pool: &'a mut Pool, from: &'a SourceMap, rename: &'a dyn Fn(&str) -> String) -> Self {
        Adopter { pool, from, rename, known: HashMap::new() }
    }

    pub(super) fn span(&mut self, span: Span) -> Span {
        if span.is_none() {
            return span;
        }
        let file = match self.known.get(&span.file) {
            Some(file) => *file,
            None => {
                let Some(file) = self.adopt(span.file) else { return Span::NONE };
                self.known.insert(span.file, file);
                file
            }
        };
        Span { file, ..span }
    }

    fn adopt(&mut self, file: FileId) -> Option<FileId> {
        let source = self.from.get(file)?;
        let name = (self.rename)(&source.name);
        if let Some(known) = self.pool.by_name.get(&name) {
            return Some(*known);
        }
        let id = self.pool.sources.add(&name, source.text.clone(), source.embedded);
        self.pool.by_name.insert(name, id);
        Some(id)
    }

    pub(super) fn diagnostic(&mut self, mut diagnostic: Diagnostic) -> Diagnostic {
        diagnostic.span = self.span(diagnostic.span);
        for (span, _) in diagnostic.related.iter_mut().chain(&mut diagnostic.chain) {
            *span = self.span(*span);
        }
        if let Some(other) = &mut diagnostic.other {
            other.span = self.span(other.span);
        }
        if let Some(fix) = &mut diagnostic.fix {
            fix.span = self.span(fix.span);
        }
        diagnostic
    }
}
