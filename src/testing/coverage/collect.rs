//! What ran in an engine: its statements, and those among them that are to be counted.
//!
//! A comment `# @no-test` behind a statement leaves it out, behind the brace of a block all that is in the block, as in
//! Bro.

use std::path::Path;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::{Coverage, File, Function, Place, Statement};
use crate::code::{Counted, is_counted, statements};
use crate::engine::Engine;
use crate::hir::{Body, BodyKind, Stmt, StmtKind};
use crate::source::{FileId, SourceFile, Span};
use crate::testing::btest::absolute;
use crate::value::BodyId;

/// The bodies of a program. Those that nobody has called are looked at now if they are wanted; the others of scripts
/// that the binary carries are left out.
pub(super) fn bodies(engine: &mut Engine, wants_all: bool) -> Vec<Rc<Body>> {
    let mut found = Vec::new();
    let mut next = 0;
    // Looking at one may bring more of them: lambdas.
    while next < engine.vm.program.body_count() {
        let id = BodyId(next as u32);
        next += 1;
        let body = if wants_all { engine.vm.typed(id) } else { engine.vm.program.typed_body(id) };
        found.extend(body.filter(|body| body.kind != BodyKind::Expression));
    }
    found
}

/// What Bro and all reports leave out.
#[derive(Default)]
pub(super) struct Untested {
    blocks: Vec<Span>,
}

impl Untested {
    pub(super) fn of(engine: &Engine, bodies: &[Rc<Body>]) -> Untested {
        let mut blocks = Vec::new();
        for body in bodies {
            let text = |span: Span| engine.vm.program.sources.get(span.file).map(|file| &*file.text);
            for statement in statements(body) {
                let span = statement.span;
                if matches!(statement.kind, StmtKind::Block(_))
                    && text(span).is_some_and(|text| says_no_test(text, span.start as usize + 1))
                {
                    blocks.push(span);
                }
            }
            let timeout = body.when.as_ref().map_or(&[][..], |when| &when.timeout);
            if let [first, ..] = timeout
                && let Some(text) = text(first.span)
                && let Some(before) = text.get(..first.span.start as usize)
                && let Some(brace) = before.iter().rposition(|byte| *byte == b'{')
                && says_no_test(text, brace + 1)
            {
                blocks.extend(timeout.iter().map(|statement| statement.span));
            }
        }
        Untested { blocks }
    }

    fn has_place(&self, span: Span) -> bool {
        let is_inside = |block: &Span| block.file == span.file && block.start <= span.start && span.end <= block.end;
        self.blocks.iter().any(is_inside)
    }

    pub(super) fn has(&self, engine: &Engine, statement: &Stmt) -> bool {
        let span = statement.span;
        let is_marked = |file: &SourceFile| says_no_test(&file.text, span.end as usize);
        self.has_place(span) || is_simple(statement) && engine.vm.program.sources.get(span.file).is_some_and(is_marked)
    }
}

/// Not made of other statements.
pub(super) fn is_simple(statement: &Stmt) -> bool {
    use StmtKind::{Block, For, If, Switch, When, While};
    !matches!(statement.kind, Block(_) | If { .. } | While { .. } | For(_) | Switch(_) | When(_))
}

/// Whether the next token is the comment that leaves something out.
fn says_no_test(text: &[u8], from: usize) -> bool {
    let mut rest = text.get(from..).unwrap_or(&[]);
    loop {
        rest = rest.trim_ascii_start();
        let Some(comment) = rest.strip_prefix(b"#") else { return false };
        if comment.trim_ascii_start().starts_with(b"@no-test") && !comment.trim_ascii_start().starts_with(b"\n") {
            let blank = comment.len() - comment.trim_ascii_start().len();
            return comment.get(..blank).is_some_and(|blank| !blank.contains(&b'\n'));
        }
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        rest = rest.get(end..).unwrap_or(&[]);
    }
}

/// A statement that is written: not an empty one. The place of a variable counts, as in Bro.
pub(super) fn is_written(engine: &Engine, statement: &Stmt) -> bool {
    let is_empty = matches!(statement.kind, StmtKind::Null)
        && !engine.vm.program.sources.text(statement.span).starts_with(b"local");
    is_counted(statement) && !is_empty
}

impl Coverage {
    /// What ran in an engine of the scripts that are files, whose paths are seen from `folder`, without what stands in the
    /// places left out. Nothing where it was not asked to count.
    pub fn of(engine: &mut Engine, folder: &Path, left_out: &[Span]) -> Coverage {
        let bodies = bodies(engine, false);
        let mut untested = Untested::of(engine, &bodies);
        untested.blocks.extend(left_out);
        let mut coverage = Coverage::default();
        let mut seen = FxHashSet::default();
        let folder = std::env::current_dir().unwrap_or_default().join(folder);
        let Some(counters) = engine.vm.counters() else { return coverage };
        for body in &bodies {
            let own = body.kind != BodyKind::When && !is_top_level(body);
            if own && !untested.has_place(body.span) && seen.insert(Counted::Body(body.span)) {
                let count = counters.get(Counted::Body(body.span));
                if let Some((file, source)) = coverage.file(engine, &folder, body.span.file) {
                    file.functions.push(function(body, source, count));
                }
            }
            for statement in statements(body) {
                if !is_written(engine, statement)
                    || untested.has(engine, statement)
                    || !seen.insert(Counted::Statement(statement.span))
                {
                    continue;
                }
                let count = counters.get(Counted::Statement(statement.span));
                if let Some((file, source)) = coverage.file(engine, &folder, statement.span.file) {
                    let place = place(source, head(body, statement));
                    file.statements.push(Statement { place, count, description: String::new() });
                }
            }
        }
        coverage.files.values_mut().for_each(File::tidy);
        coverage
    }

    /// The entry of a script that is a file.
    fn file<'a, 'e>(
        &'a mut self,
        engine: &'e Engine,
        folder: &Path,
        id: FileId,
    ) -> Option<(&'a mut File, &'e SourceFile)> {
        let source = engine.vm.program.sources.get(id)?;
        if source.embedded || source.name.starts_with('<') {
            return None;
        }
        let path = absolute(Path::new(&*source.name), folder).to_string_lossy().into_owned();
        let file = self.files.entry(path).or_default();
        if file.text.is_empty() {
            file.text = String::from_utf8_lossy(&source.text).into_owned();
        }
        Some((file, source))
    }
}

/// Statements outside of functions are bodies, too.
fn is_top_level(body: &Body) -> bool {
    body.kind == BodyKind::Function && matches!(body.root.as_slice(), [only] if only.span == body.span)
}

fn function(body: &Body, source: &SourceFile, count: u64) -> Function {
    let before = source.text.get(..body.span.start as usize).unwrap_or(&[]);
    let name = body.name.as_str();
    // The head stands in front of the block; a lambda has no name there.
    let word = name.rsplit("::").next().unwrap_or(name).as_bytes();
    let head = before.windows(word.len().max(1)).rposition(|window| window == word);
    let place = source.location(head.map_or(body.span.start, |start| start as u32));
    Function { line: place.line, column: place.column, name: name.to_owned(), count }
}

/// What stands for a statement that holds others: the words in front of them.
fn head(body: &Body, statement: &Stmt) -> Span {
    let span = statement.span;
    let up_to = |id| Span { end: body.expr(id).span.end.clamp(span.start, span.end), ..span };
    match &statement.kind {
        StmtKind::If { condition, .. } | StmtKind::While { condition, .. } => up_to(*condition),
        StmtKind::For(each) => up_to(each.container),
        StmtKind::Switch(switch) => up_to(switch.subject),
        StmtKind::When(_) => Span { end: (span.start + 4).min(span.end), ..span },
        _ => span,
    }
}

fn place(source: &SourceFile, span: Span) -> Place {
    let column = |offset: u32| {
        let at = source.location(offset);
        let line = source.line(at.line);
        let before = line.get(..at.column.saturating_sub(1) as usize).unwrap_or(line);
        (at.line, String::from_utf8_lossy(before).chars().count() as u32 + 1)
    };
    let (line, first) = column(span.start);
    let (last_line, last) = column(span.end.saturating_sub(1).max(span.start));
    Place { line, column: first, last_line, last_column: last }
}
