//! From a command to the program of a simulated node.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::host::{FolderFiles, FolderHost, Refusal, Streams};
use crate::diag::{Diagnostic, render};
use crate::engine::Personality;
use crate::launch::{Launch, printed};
use crate::load::{Parsed, Setup};
use crate::simulation::{AtEnd, NodeProgram, Outside};
use crate::source::SourceMap;
use crate::testing::coverage::Wanted;
use crate::vm::{Host, TOO_LONG};

/// Jumps that scripts may make in one turn, at one moment of simulated time: what makes more never ends.
const PATIENCE: u64 = 100_000_000;

/// What surrounds a command.
struct Surroundings {
    personality: Personality,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
    streams: Rc<RefCell<Streams>>,
    refusal: Refusal,
}

impl Outside for Surroundings {
    fn host(&self, simulated: Box<dyn Host>) -> Box<dyn Host> {
        let (variables, streams) = (self.variables.clone(), self.streams.clone());
        Box::new(FolderHost::new(simulated, &self.folder, variables, streams, self.refusal.clone()))
    }

    fn report(&self, sources: &SourceMap, diagnostic: &Diagnostic) {
        if let Some(text) = printed(self.personality, sources, diagnostic, render::Style::default()) {
            self.streams.borrow_mut().report(text.as_bytes());
        }
        // In the form of Bro an error has no calls with it; here they tell most.
        if self.personality != Personality::Brood && diagnostic.message == TOO_LONG {
            for (span, said) in &diagnostic.chain {
                let place =
                    sources.get(span.file).map(|file| format!("{}:{}", file.name, file.location(span.start).line));
                let line = format!("  {said}, {}\n", place.unwrap_or_default());
                self.streams.borrow_mut().report(line.as_bytes());
            }
        }
    }
}

/// A command that is to be a node.
pub(super) struct Command {
    pub(super) launch: Launch,
    /// The whole command line.
    pub(super) words: Vec<String>,
    pub(super) status_file: Option<String>,
    pub(super) inputs: BTreeMap<String, Vec<u8>>,
    pub(super) folder: PathBuf,
    pub(super) variables: BTreeMap<String, String>,
    pub(super) streams: Rc<RefCell<Streams>>,
}

impl Command {
    /// What the node runs. What it tries that is not possible goes to `refusal`; what other nodes have `parsed` is not
    /// parsed again.
    pub(super) fn into_program(self, refusal: Refusal, parsed: Rc<Parsed>) -> NodeProgram {
        let (launch, words, status_file) = (self.launch, self.words, self.status_file);
        let (folder, environment) = (self.folder.clone(), self.variables.clone());
        let inputs = self.inputs.into_iter().map(|(name, text)| (name, Rc::from(text)));
        let inputs: Rc<BTreeMap<String, Rc<[u8]>>> = Rc::new(inputs.collect());
        let (mut options, personality) = (launch.options(), launch.personality);
        let mut variables = self.variables;
        let coverage = Wanted::new(&launch, &|name| variables.get(name).cloned(), &self.folder);
        options.counts_statements = coverage.is_any();
        let coverage = RefCell::new(Some(coverage));
        variables.extend(launch.variables().into_iter().map(|(name, value)| (name.to_owned(), value)));
        NodeProgram {
            load: Rc::new(move |engine| {
                let files = FolderFiles { folder: folder.clone(), inputs: inputs.clone() };
                let setup = launch.setup(Rc::new(files), &|name| environment.get(name).cloned());
                let setup = Setup { parsed: Some(parsed.clone()), ..setup };
                launch.load_into(engine, setup, words.clone());
                if let Some(path) = &status_file {
                    engine.report_to(path);
                }
            }),
            variables: Vec::new(),
            at_end: options.counts_statements.then(|| {
                let at_end: AtEnd = Rc::new(move |engine| {
                    if let Some(coverage) = coverage.take() {
                        coverage.write(engine);
                    }
                });
                at_end
            }),
            options,
            patience: PATIENCE,
            outside: Some(Rc::new(Surroundings {
                personality,
                folder: self.folder,
                variables,
                streams: self.streams,
                refusal,
            })),
        }
    }
}

/// A name for a node that nobody else has: that of its shell, or of the program it was called as.
pub(super) fn name(launch: &Launch, shell: Option<&Path>, is_taken: impl Fn(&str) -> bool) -> String {
    let program = match launch.personality {
        Personality::Brood => "brood",
        Personality::Bro => "bro",
        Personality::Zeek => "zeek",
    };
    let name = shell.and_then(Path::file_name).map_or(program.into(), |name| name.to_string_lossy());
    let mut numbered = name.clone().into_owned();
    let mut number = 1;
    while is_taken(&numbered) {
        number += 1;
        numbered = format!("{name}#{number}");
    }
    numbered
}
