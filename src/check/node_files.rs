//! Node files among what is to be checked: they are read as control programs read them, and their layout is checked at
//! the places of the node file. Scripts beside it are evaluated with the layout that it makes.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::input::{self, anchored};
use super::sources::Pool;
use super::{LayoutReport, Refusal, Report, Request};
use crate::diag::Diagnostic;
use crate::load::files::{Entry, Files, Identity};
use crate::nodefile::input::{self as node_input, Kind, literal};
use crate::nodefile::{self, layout_text, networks};
use crate::source::{FileId, SourceText};
use crate::vm::{Host, ReadOnlyHost};

/// No node file is longer.
const LIMIT: u64 = 16 << 20;

/// The node file among the paths: one by its name, or the `node.cfg` of a directory that has no layout.
pub(super) fn find(paths: &[String], files: &dyn Files) -> Result<Option<(usize, String)>, Refusal> {
    let is_file = |path: &str| matches!(files.look(path), Entry::File(_));
    let node_file = |path: &String| {
        let path = anchored(path);
        if files.look(&path) == Entry::Directory {
            let folder = path.trim_end_matches('/');
            let has_layout = ["bro", "zeek"].iter().any(|ending| is_file(&format!("{folder}/cluster-layout.{ending}")));
            return Some(format!("{folder}/node.cfg")).filter(|path| !has_layout && is_file(path));
        }
        Some(path).filter(|path| Kind::is_node_file(path) && is_file(path))
    };
    let mut found = paths.iter().enumerate().filter_map(|(index, path)| Some((index, node_file(path)?)));
    let first = found.next();
    match (&first, found.next()) {
        (Some((_, one)), Some((_, other))) => {
            let (one, other) = (input::shown(one), input::shown(&other));
            Err(Refusal(format!("both {one} and {other} are node files; check one at a time")))
        }
        _ => Ok(first),
    }
}

/// Checks a node file and what else was given.
pub(super) fn run(
    request: &Request,
    (index, path): (usize, String),
    files: Rc<dyn Files>,
    host: &RefCell<ReadOnlyHost>,
) -> Result<Report, Refusal> {
    let text = files.read(&path, LIMIT).map_err(|error| Refusal(format!("{path}: {error}")))?;
    let mut pool = Pool::default();
    let file = pool.add(&path, SourceText::from(&*text));
    let mut findings = Vec::new();
    let kind = Kind::guess(&path, &text).unwrap_or(Kind::NodeCfg);
    if kind == Kind::Networks {
        if let Some(text) = node_input::as_text(file, &text, &mut findings) {
            networks::script(file, text, &mut findings);
        }
        return Ok(report(pool, findings, None));
    }
    let read = read(kind, file, &mut pool, &*files, host, &mut findings)?;
    let nodes = read.cluster.as_ref().map_or(0, |cluster| cluster.members.len());
    let shown = input::shown(&path).to_string();
    let layout = LayoutReport { path: shown, nodes, evaluated: Vec::new(), releases: None };
    let Some(cluster) = read.cluster else { return Ok(report(pool, findings, Some(layout))) };
    nodefile::check(&cluster, &mut findings);
    let others = request.paths.iter().enumerate().filter(|(other, _)| *other != index);
    let others: Vec<String> = others.map(|(_, path)| path.clone()).collect();
    let mut input = input::resolve(&others, &request.search, &*files, &*host.borrow())?;
    if let Some(folder) =
        request.paths.get(index).map(|path| anchored(path)).filter(|path| files.look(path) == Entry::Directory)
    {
        input.add_directory(&folder, &*host.borrow())?;
    }
    let is_given = |layout: &&str| others.iter().any(|other| anchored(other) == **layout);
    if let Some(other) = input.layout.as_deref().filter(is_given).map(input::shown) {
        return Err(Refusal(format!("both {} and {other} are layouts; check one cluster at a time", layout.path)));
    }
    if input.scripts.is_empty() || cluster.standalone {
        return Ok(report(pool, findings, Some(layout)));
    }
    input.layout = Some(path.clone());
    input.searched.clear();
    let text = layout_text::text(&cluster, read.release);
    let files: Rc<dyn Files> = Rc::new(Made { files, path: path.clone(), text: text.into_bytes().into() });
    Ok(evaluate(request, &input, files, Found { pool, findings, layout, file }))
}

fn read(
    kind: Kind,
    file: FileId,
    pool: &mut Pool,
    files: &dyn Files,
    host: &RefCell<ReadOnlyHost>,
    findings: &mut Vec<Diagnostic>,
) -> Result<node_input::Read, Refusal> {
    let resolve = |name: &str| match literal(name) {
        Some(address) => Ok(vec![address]),
        None => match host.borrow_mut().resolve(name) {
            none if none.is_empty() => Err("no such host".to_string()),
            addresses => Ok(addresses),
        },
    };
    let options = node_input::Options { release: None, port: None, settings: None, resolve: &resolve };
    node_input::read(kind, file, &mut pool.sources, files, &options, findings).map_err(Refusal)
}

/// What the node file alone has told.
struct Found {
    pool: Pool,
    findings: Vec<Diagnostic>,
    layout: LayoutReport,
    file: FileId,
}

/// Evaluates the scripts on each node of the layout. What is found in that itself was told at its place in the node
/// file.
fn evaluate(request: &Request, input: &input::Input, files: Rc<dyn Files>, found: Found) -> Report {
    let mut report = super::whole(request, input, files, found.pool);
    // The node file itself was added first; an evaluation speaks of the layout that was made by the same name.
    let is_made = |file: &FileId| {
        let source = report.sources.get(*file);
        *file != found.file && source.is_some_and(|source| Some(&*source.name) == input.layout.as_deref())
    };
    let made: Vec<FileId> = report.sources.files().filter(is_made).collect();
    report.findings.retain(|finding| !made.contains(&finding.span.file));
    report.findings.extend(found.findings);
    super::sort(&mut report.findings);
    let evaluated = report.layout.map(|layout| layout.evaluated).unwrap_or_default();
    report.layout = Some(LayoutReport { evaluated, ..found.layout });
    report
}

fn report(pool: Pool, mut findings: Vec<Diagnostic>, layout: Option<LayoutReport>) -> Report {
    super::sort(&mut findings);
    Report { sources: pool.sources, findings, layout, searched: Vec::new() }
}

/// The files, with the layout in the place of the node file that it is made of.
struct Made {
    files: Rc<dyn Files>,
    path: String,
    text: Rc<[u8]>,
}

impl Files for Made {
    fn look(&self, path: &str) -> Entry {
        if path == self.path { Entry::File(Identity::Path(path.into())) } else { self.files.look(path) }
    }

    fn read(&self, path: &str, limit: u64) -> io::Result<Rc<[u8]>> {
        if path == self.path { Ok(self.text.clone()) } else { self.files.read(path, limit) }
    }

    fn read_standard_input(&self, limit: u64) -> io::Result<Rc<[u8]>> {
        self.files.read_standard_input(limit)
    }

    fn current_directory(&self) -> String {
        self.files.current_directory()
    }
}
