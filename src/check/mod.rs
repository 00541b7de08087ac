//! `brood check`: what is wrong with a layout and its scripts, found by evaluating them as every node.
//!
//! Each evaluation has its own engine on a host that changes nothing: no port is opened, no file written, no command
//! run. Equal findings of several nodes become one, which says on which nodes it is there unless on all. Of nodes
//! that cannot be told apart one is evaluated, see [`groups`].

mod alias;
mod entries;
mod evaluate;
mod groups;
mod hints;
mod input;
mod merge;
mod node_files;
mod scripts;
mod sources;
mod summary;
mod survey;
mod topic;
mod walk;

use std::cell::RefCell;
use std::rc::Rc;

use crate::cluster::{Layout, releases};
use crate::diag::{Diagnostic, Severity};
use crate::load::disk::Disk;
use crate::load::files::{Cached, Files};
use crate::load::path::SearchPath;
use crate::source::{SourceMap, Span};
use crate::vm::{ReadOnlyHost, ResolvedNames};
use alias::Alias;
use evaluate::{Evaluation, Shared};
use merge::Seen;
use sources::Pool;

/// What to check, and how.
pub struct Request {
    /// A layout, scripts, or directories with both.
    pub paths: Vec<String>,
    pub search: SearchPath,
    pub prefixes: Vec<String>,
    /// Load no more of the base scripts than every script needs.
    pub bare: bool,
    /// Evaluate every node, also those that are like another.
    pub all_nodes: bool,
}

/// What was found.
pub struct Report {
    pub sources: SourceMap,
    /// By place; those without one come first.
    pub findings: Vec<Diagnostic>,
    pub layout: Option<LayoutReport>,
    /// Where a layout was looked for, if none was found.
    pub searched: Vec<String>,
}

/// What is known of the layout as a whole.
pub struct LayoutReport {
    pub path: String,
    pub nodes: usize,
    /// The nodes that were evaluated.
    pub evaluated: Vec<String>,
    /// The releases that accept it, oldest first; `None` where its errors leave that open.
    pub releases: Option<Vec<&'static str>>,
}

impl Report {
    pub fn count(&self, of: impl Fn(Severity) -> bool) -> usize {
        self.findings.iter().filter(|finding| of(finding.severity)).count()
    }

    /// How much was found, in how much, and which releases accept the layout: a line or two.
    pub fn summary(&self) -> String {
        summary::text(self)
    }
}

/// Why nothing could be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// Checks. Everything is read from the disk, each file once.
pub fn run(request: &Request) -> Result<Report, Refusal> {
    let disk: Rc<dyn Files> = Rc::new(Cached::new(Disk));
    let host = RefCell::new(ReadOnlyHost::new());
    if let Some(node_file) = node_files::find(&request.paths, &*disk)? {
        return node_files::run(request, node_file, disk, &host);
    }
    let input = input::resolve(&request.paths, &request.search, &*disk, &*host.borrow())?;
    Ok(whole(request, &input, disk, Pool::default()))
}

/// Evaluates a layout and scripts on each node.
fn whole(request: &Request, input: &input::Input, files: Rc<dyn Files>, mut pool: Pool) -> Report {
    let shared = Shared {
        files: Rc::new(Alias::new(files, input.layout.clone())),
        input,
        search: request.search.clone(),
        prefixes: request.prefixes.clone(),
        bare: request.bare,
        resolved: ResolvedNames::default(),
    };
    let without_node = evaluate::evaluate(&shared, &mut pool, None);
    let layout = without_node.layout.clone().filter(|layout| !layout.nodes.is_empty());
    let mut evaluations = vec![without_node];
    let mut group_of = Vec::new();
    if let Some(layout) = &layout {
        group_of = evaluate_nodes(request, &shared, &mut pool, layout, &mut evaluations);
    }
    let report = LayoutReport::of(input, layout.as_ref(), &evaluations);
    let findings = findings(input, &pool, layout.as_ref(), &group_of, &mut evaluations);
    let searched = input.searched.iter().map(|path| input::shown(path).to_string()).collect();
    Report { sources: pool.sources, findings, layout: report, searched }
}

/// By place; those without one come first.
fn sort(findings: &mut [Diagnostic]) {
    findings.sort_by_key(|finding| {
        (finding.span.file.0.wrapping_add(1), finding.span.start, std::cmp::Reverse(finding.severity))
    });
}

/// Evaluates one node of each group until no node is in a group of its own. Gives the evaluation of each node's group.
fn evaluate_nodes(
    request: &Request,
    shared: &Shared<'_>,
    pool: &mut Pool,
    layout: &Layout,
    evaluations: &mut Vec<Evaluation>,
) -> Vec<usize> {
    let mut literals = survey::Literals::default();
    // Nodes by index, with their evaluation.
    let mut done: Vec<(usize, usize)> = Vec::new();
    let groups = |literals: &survey::Literals| {
        if request.all_nodes { (0..layout.nodes.len()).collect() } else { groups::of(layout, literals) }
    };
    if let Some(first) = evaluations.first() {
        literals.extend(&first.literals);
    }
    let mut group = groups(&literals);
    loop {
        let is_new = |index: usize| done.iter().all(|(other, _)| group.get(*other) != group.get(index));
        let Some(index) = (0..layout.nodes.len()).find(|index| is_new(*index)) else { break };
        let Some(node) = layout.nodes.get(index) else { break };
        let evaluation = evaluate::evaluate(shared, pool, Some((&node.name, node.role)));
        done.push((index, evaluations.len()));
        if literals.extend(&evaluation.literals) {
            group = groups(&literals);
        }
        evaluations.push(evaluation);
    }
    let evaluation_of = |index: usize| {
        let found = done.iter().find(|(other, _)| group.get(*other) == group.get(index));
        found.map_or(0, |(_, evaluation)| *evaluation)
    };
    (0..layout.nodes.len()).map(evaluation_of).collect()
}

fn findings(
    input: &input::Input,
    pool: &Pool,
    layout: Option<&Layout>,
    group_of: &[usize],
    evaluations: &mut [Evaluation],
) -> Vec<Diagnostic> {
    let mut seen = Seen::default();
    for (index, evaluation) in evaluations.iter_mut().enumerate() {
        for diagnostic in std::mem::take(&mut evaluation.diagnostics) {
            seen.add(index, hints::improve(&pool.sources, diagnostic));
        }
    }
    let mut findings = seen.merged(evaluations, layout, group_of);
    findings.extend(scripts::orphans(evaluations));
    findings.extend(layout.into_iter().flat_map(|layout| scripts::unheard(evaluations, layout)));
    let has_errors = findings.iter().any(|finding| finding.severity.is_error());
    if let (Some(path), None, false) = (&input.layout, layout, has_errors) {
        let start = pool.place_of(path).map_or(Span::NONE, |file| Span::new(file, 0, 0));
        findings.push(evaluate::empty_layout(start, input::shown(path)));
    }
    sort(&mut findings);
    findings
}

impl LayoutReport {
    fn of(input: &input::Input, layout: Option<&Layout>, evaluations: &[Evaluation]) -> Option<LayoutReport> {
        let path = input.layout.as_deref()?;
        Some(LayoutReport {
            path: input::shown(path).to_string(),
            nodes: layout.map_or(0, |layout| layout.nodes.len()),
            evaluated: evaluations.iter().filter_map(|evaluation| evaluation.node.clone()).collect(),
            releases: layout.filter(|_| evaluations.iter().all(|one| one.is_whole)).map(releases::accepting),
        })
    }
}
