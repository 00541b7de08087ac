//! Counts in Bro's form, as `BRO_PROFILER_FILE` asks for: a line `COUNT<tab>FILE, line N<tab>DESCRIPTION` for each
//! statement that holds no others, in the order of places and descriptions as text. What the file held before is added.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::collect::{Untested, bodies, is_simple, is_written};
use super::{Coverage, File, Place, Statement, data};
use crate::code::{Counted, Counters, statements};
use crate::diag::bro;
use crate::engine::Engine;
use crate::hir::describe_body::{World, statement as describe};
use crate::hir::{Body, ExprId, GlobalId, Stmt, StmtKind};
use crate::source::Span;
use crate::testing::btest::absolute;
use crate::value::BodyId;

const DELIMITER: u8 = b'\t';

/// Counts by place and description.
type Usage = BTreeMap<(Vec<u8>, Vec<u8>), u64>;

/// A file of counts that a run adds to.
pub struct Profile {
    path: PathBuf,
    usage: Usage,
}

impl Profile {
    /// What the file has by now.
    pub fn open(path: &Path) -> Profile {
        // Where there is none yet, this is the first run.
        let text = fs::read(path).unwrap_or_default();
        let mut usage = Usage::new();
        usage.extend(entries(&text).map(|(count, place, what)| ((place.to_vec(), what.to_vec()), count)));
        Profile { path: path.to_owned(), usage }
    }

    /// Adds what ran in an engine by these counters, and writes the file.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write(mut self, engine: &mut Engine, counters: &Counters) -> io::Result<()> {
        let bodies = bodies(engine, true);
        let untested = Untested::of(engine, &bodies);
        let program = &engine.vm.program;
        let names = |global: GlobalId| program.global(global).name;
        let body_of = |id: BodyId| program.typed_body(id);
        let world = World { global: &names, body: &body_of };
        for body in &bodies {
            for statement in statements(body) {
                let is_counted = is_simple(statement)
                    && !matches!(statement.kind, StmtKind::Assert { .. })
                    && is_written(engine, statement);
                if !is_counted || untested.has(engine, statement) {
                    continue;
                }
                let Some(place) = place(engine, body, statement) else { continue };
                let what = describe(body, statement, world).replace('\n', " ");
                let count = counters.get(Counted::Statement(statement.span));
                *self.usage.entry((place.into_bytes(), what.into_bytes())).or_default() += count;
            }
        }
        let mut text = Vec::new();
        for ((place, what), count) in self.usage {
            text.extend(count.to_string().into_bytes());
            text.push(DELIMITER);
            text.extend(place);
            text.push(DELIMITER);
            text.extend(what);
            text.push(b'\n');
        }
        data::create(&self.path)?.write_all(&text)
    }
}

/// Bro's location of a statement. That of an expression as a whole is its last token's, that of a variable with a value
/// is the value's, and that of `return` ends with what is returned.
fn place(engine: &Engine, body: &Body, statement: &Stmt) -> Option<String> {
    let sources = &engine.vm.program.sources;
    let text = sources.text(statement.span);
    let expr = |id: ExprId| body.exprs.get(id.0 as usize).map(|expr| expr.span);
    let span = match &statement.kind {
        StmtKind::Expr(id) if text.starts_with(b"local") || text.starts_with(b"const") => expr(*id)?,
        StmtKind::Expr(id) => {
            let whole = expr(*id)?;
            Span { start: whole.end.saturating_sub(1).max(whole.start), ..statement.span }
        }
        StmtKind::Return(Some(id)) => Span { end: expr(*id)?.end, ..statement.span },
        _ => statement.span,
    };
    bro::place(sources, span)
}

/// The lines of a file: count, place, description. What is none is left out.
fn entries(text: &[u8]) -> impl Iterator<Item = (u64, &[u8], &[u8])> {
    text.split(|byte| *byte == b'\n').filter_map(|line| {
        let mut parts = line.split(|byte| *byte == DELIMITER).filter(|part| !part.is_empty());
        let count = std::str::from_utf8(parts.next()?).ok()?.parse().ok()?;
        Some((count, parts.next()?, parts.next()?))
    })
}

impl Coverage {
    /// Reads a file in Bro's form, left by a process that ran in `folder`. Files that are not there are left out: those
    /// that a binary carries.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read_profile(path: &Path, folder: &Path) -> io::Result<Coverage> {
        let mut coverage = Coverage::default();
        for (count, place, what) in entries(&fs::read(path)?) {
            let (place, what) = (String::from_utf8_lossy(place), String::from_utf8_lossy(what));
            let Some((name, line, last_line)) = read_place(&place) else { continue };
            let name = absolute(Path::new(name), folder).to_string_lossy().into_owned();
            let file = match coverage.files.get_mut(&name) {
                Some(file) => file,
                None => {
                    let Ok(text) = fs::read(&name) else { continue };
                    let text = String::from_utf8_lossy(&text).into_owned();
                    coverage.files.entry(name).or_insert(File { text, ..File::default() })
                }
            };
            let place = Place { line, column: 0, last_line, last_column: 0 };
            file.statements.push(Statement { place, count, description: what.into_owned() });
        }
        coverage.files.values_mut().for_each(File::tidy);
        Ok(coverage)
    }
}

/// `FILE, line 9` or `FILE, lines 9-12`.
fn read_place(text: &str) -> Option<(&str, u32, u32)> {
    let (name, lines) = text.rsplit_once(", ")?;
    let (first, last) = match (lines.strip_prefix("line "), lines.strip_prefix("lines ")) {
        (Some(line), _) => (line, line),
        (_, Some(lines)) => lines.split_once('-')?,
        _ => return None,
    };
    Some((name, first.parse().ok()?, last.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{entries, read_place};

    #[test]
    fn lines_that_are_none_are_left_out() {
        let text = b"3\ta.bro, line 1\tprint 1;\n\nx\ta\tb\n4\ta.bro, line 2\n";
        assert_eq!(entries(text).collect::<Vec<_>>(), [(3, &b"a.bro, line 1"[..], &b"print 1;"[..])]);
    }

    #[test]
    fn places_have_one_line_or_two() {
        assert_eq!(read_place("./a, b.bro, line 9"), Some(("./a, b.bro", 9, 9)));
        assert_eq!(read_place("a.bro, lines 9-12"), Some(("a.bro", 9, 12)));
        assert_eq!(read_place("a.bro"), None);
    }
}
