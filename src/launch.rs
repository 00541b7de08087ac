//! What a command line asks for, and how an engine is loaded by it: the same for a process and for a simulated node.
//!
//! Nothing here reads the environment of the process, or its working directory: variables and files are handed in.

use std::path::PathBuf;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::builtins::seeds::saved_seeds;
use crate::builtins::system::set_command_line;
use crate::diag::{Code, Diagnostic, Severity, bro, render};
use crate::engine::{Engine, Options, Personality};
use crate::load::Setup;
use crate::load::embedded::SCRIPTS;
use crate::load::files::Files;
use crate::load::path::{SearchPath, directory, is_layout};
use crate::source::{SourceMap, Span};
use crate::vm::{Host, OpenMode};

/// Everything a run is told.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Launch {
    pub personality: Personality,
    pub bare: bool,
    pub check_all_bodies: bool,
    /// Keep the bodies of initialisers, to be looked at.
    pub keep_bodies: bool,
    pub scripts: Vec<String>,
    /// The layout of the cluster, where it need not be called cluster-layout.
    pub layout: Option<String>,
    /// `VAR=value`
    pub parameters: Vec<String>,
    /// `-e`
    pub command_line: Option<String>,
    /// `-p`
    pub prefixes: Vec<String>,
    pub seeds: SeedFiles,
    /// Count how often statements run.
    pub counts_statements: bool,
    /// A file for a report on which statements ran.
    pub coverage: Option<PathBuf>,
}

/// Files of seeds: one to take them from, in place of the one that the environment names, and one to write them to.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SeedFiles {
    pub load: Option<String>,
    pub save: Option<String>,
}

/// Where variables of the environment are looked up.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The search path that the environment asks for. Zeek's variable wins where both are set.
pub fn search_path(personality: Personality, variables: Variables<'_>) -> SearchPath {
    SearchPath::new(&variable(personality, variables, "PATH").unwrap_or_default())
}

/// `ZEEKx` or `BROx`, where set and not empty. Called as `bro`, Bro's own goes first.
pub fn variable(personality: Personality, variables: Variables<'_>, suffix: &str) -> Option<String> {
    let mut prefixes = ["ZEEK", "BRO"];
    if personality == Personality::Bro {
        prefixes.reverse();
    }
    let value = |prefix| variables(&format!("{prefix}{suffix}")).filter(|value| !value.is_empty());
    prefixes.into_iter().find_map(value)
}

/// Automatic prefixes: those of the environment, then those of the command line.
pub fn prefixes(personality: Personality, variables: Variables<'_>, given: &[String]) -> Vec<String> {
    let value = variable(personality, variables, "_PREFIXES").unwrap_or_default();
    let known = value.split(':').filter(|prefix| !prefix.is_empty()).map(str::to_string);
    known.chain(given.iter().cloned()).collect()
}

impl Launch {
    /// How scripts are found.
    pub fn setup(&self, files: Rc<dyn Files>, variables: Variables<'_>) -> Setup {
        Setup {
            files,
            path: self.path(variables),
            embedded: SCRIPTS,
            prefixes: prefixes(self.personality, variables, &self.prefixes),
            recover: self.personality == Personality::Brood,
            salvage: false,
            parsed: None,
        }
    }

    /// The search path, led by the folders of layouts among the scripts: the cluster framework, loaded before them,
    /// looks for `cluster-layout` on the path and nowhere else. Bro only finds one that is on its path already.
    fn path(&self, variables: Variables<'_>) -> SearchPath {
        let layouts = self.scripts.iter().filter(|script| is_layout(script) && self.personality == Personality::Brood);
        let known = search_path(self.personality, variables);
        let path = layouts.rev().fold(known, |path, layout| path.led_by(directory(layout)));
        match &self.layout {
            Some(layout) => path.with_layout(layout),
            None => path,
        }
    }

    /// The node to be, by `Cluster::node=NAME`. Bro applies settings when all scripts are loaded, which is too late for
    /// the cluster framework; but it reads `CLUSTER_NODE` while it is loaded.
    pub fn node(&self) -> Option<String> {
        let settings = self.parameters.iter().filter(|_| self.personality == Personality::Brood);
        let name = settings.filter_map(|setting| setting.strip_prefix("Cluster::node=")).next_back()?;
        Some(name.trim_matches('"').to_string())
    }

    /// What the command line sets in the environment of the run.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables: Vec<_> = self.node().into_iter().map(|node| ("CLUSTER_NODE", node)).collect();
        if let Some(path) = &self.seeds.load {
            variables.extend(["ZEEK_SEED_FILE", "BRO_SEED_FILE"].map(|name| (name, path.clone())));
        }
        variables
    }

    pub fn options(&self) -> Options {
        Options {
            personality: self.personality,
            bare: self.bare,
            check_all_bodies: self.check_all_bodies,
            keep_bodies: self.keep_bodies,
            advise: false,
            no_base: false,
            counts_statements: self.counts_statements,
        }
    }

    /// Loads everything into a new engine. `words` is the whole command line, as scripts see it.
    pub fn load_into(&self, engine: &mut Engine, setup: Setup, words: Vec<String>) {
        set_command_line(&mut engine.vm, words);
        engine.load(setup, &self.scripts, &self.parameters, self.command_line.as_deref());
        if let Some(path) = &self.seeds.save {
            let text = saved_seeds(&mut engine.vm);
            if let Err(error) = write(&mut *engine.vm.host, path, text.as_bytes()) {
                let message = format!("Could not write seeds to file '{path}': {error}");
                engine.report(&Diagnostic::error(Code::RunTime, Span::NONE, message));
            }
        }
    }
}

fn write(host: &mut dyn Host, path: &str, bytes: &[u8]) -> std::io::Result<()> {
    let file = host.open(path, OpenMode::Write)?;
    let written = host.write(file, bytes);
    host.close(file)?;
    written
}

/// A diagnostic as it is printed: in Bro's form for `bro` and `zeek`, otherwise for people. Notes only matter to
/// `check`, except those of scripts; of fields that are dropped Bro says nothing.
pub fn printed(
    personality: Personality,
    sources: &SourceMap,
    diagnostic: &Diagnostic,
    style: render::Style,
) -> Option<String> {
    if diagnostic.severity == Severity::Note && diagnostic.code != Code::RunTimeInfo {
        return None;
    }
    if personality == Personality::Brood {
        return Some(render::human(sources, diagnostic, style));
    }
    (diagnostic.code != Code::DroppedField).then(|| format!("{}\n", bro::line(sources, diagnostic)))
}
