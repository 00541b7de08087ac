//! What every command that loads scripts needs: the search path, the host, an engine, and who prints diagnostics.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::called_as;
use crate::builtins::seeds::saved_seeds;
use crate::builtins::system::set_command_line;
use crate::cluster::Layout;
use crate::diag::{Code, Diagnostic, Severity, bro, render};
use crate::engine::{Engine, Options, Personality, Sink};
use crate::load::Setup;
use crate::load::disk::Disk;
use crate::load::embedded::SCRIPTS;
use crate::load::files::Files;
use crate::load::path::{SearchPath, directory, is_layout};
use crate::repl::StartUp;
use crate::source::Span;
use crate::vm::{Host, SystemHost};

/// Everything a run is told.
#[derive(Clone, Debug, Default)]
pub(super) struct Launch {
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
    pub seeds: Seeds,
}

/// Files of seeds: one to take them from, in place of the one that the environment names, and one to write them to.
#[derive(Clone, Debug, Default)]
pub(super) struct Seeds {
    pub load: Option<String>,
    pub save: Option<String>,
}

/// The search path that the environment asks for. Zeek's variable wins where both are set.
pub(super) fn search_path() -> SearchPath {
    SearchPath::new(&variable("PATH").unwrap_or_default())
}

/// `ZEEKx` or `BROx`, where set and not empty. Called as `bro`, Bro's own goes first.
fn variable(suffix: &str) -> Option<String> {
    let mut prefixes = ["ZEEK", "BRO"];
    if called_as(std::env::args_os().next().as_ref()) == Personality::Bro {
        prefixes.reverse();
    }
    prefixes.iter().find_map(|prefix| std::env::var(format!("{prefix}{suffix}")).ok().filter(|value| !value.is_empty()))
}

/// Automatic prefixes: those of the environment, then those of the command line.
pub(super) fn prefixes(given: &[String]) -> Vec<String> {
    let value = variable("_PREFIXES").unwrap_or_default();
    let known = value.split(':').filter(|prefix| !prefix.is_empty()).map(str::to_string);
    known.chain(given.iter().cloned()).collect()
}

impl Launch {
    pub(super) fn setup(&self) -> Setup {
        self.setup_with(Rc::new(Disk))
    }

    pub(super) fn setup_with(&self, files: Rc<dyn Files>) -> Setup {
        Setup {
            files,
            path: self.path(),
            embedded: SCRIPTS,
            prefixes: prefixes(&self.prefixes),
            recover: self.personality == Personality::Brood,
            salvage: false,
        }
    }

    /// The search path, led by the folders of layouts among the scripts: the cluster framework, loaded before them,
    /// looks for `cluster-layout` on the path and nowhere else. Bro only finds one that is on its path already.
    fn path(&self) -> SearchPath {
        let layouts = self.scripts.iter().filter(|script| is_layout(script) && self.personality == Personality::Brood);
        let path = layouts.rev().fold(search_path(), |path, layout| path.led_by(directory(layout)));
        match &self.layout {
            Some(layout) => path.with_layout(layout),
            None => path,
        }
    }

    /// The node to be, by `Cluster::node=NAME`. Bro applies settings when all scripts are loaded, which is too late for
    /// the cluster framework; but it reads `CLUSTER_NODE` while it is loaded.
    fn node(&self) -> Option<String> {
        let settings = self.parameters.iter().filter(|_| self.personality == Personality::Brood);
        let name = settings.filter_map(|setting| setting.strip_prefix("Cluster::node=")).next_back()?;
        Some(name.trim_matches('"').to_string())
    }

    fn options(&self) -> Options {
        Options {
            personality: self.personality,
            bare: self.bare,
            check_all_bodies: self.check_all_bodies,
            keep_bodies: self.keep_bodies,
            advise: false,
            no_base: false,
        }
    }

    /// How a session at the prompt begins, and begins again.
    pub(super) fn start_up(self) -> StartUp {
        let node = self.node();
        StartUp {
            options: self.options(),
            scripts: self.scripts.clone(),
            parameters: self.parameters.clone(),
            command_line: self.command_line.clone(),
            interrupt: Arc::default(),
            setup: Box::new(move || self.setup()),
            host: Box::new(move || system(node.as_deref())),
        }
    }

    /// An engine with everything loaded; the errors were printed.
    pub(super) fn load(&self, sink: Sink) -> Engine {
        let mut host = system(self.node().as_deref());
        if let Some(path) = &self.seeds.load {
            host.set_variable("ZEEK_SEED_FILE", path);
            host.set_variable("BRO_SEED_FILE", path);
        }
        let mut engine = Engine::new(host, self.options(), sink);
        set_command_line(&mut engine.vm, std::env::args().collect());
        engine.load(self.setup(), &self.scripts, &self.parameters, self.command_line.as_deref());
        if let Some(path) = &self.seeds.save {
            let text = saved_seeds(&mut engine.vm);
            if let Err(error) = std::fs::write(path, text) {
                let message = format!("Could not write seeds to file '{path}': {error}");
                engine.report(&Diagnostic::error(Code::RunTime, Span::NONE, message));
            }
        }
        engine
    }
}

/// The real world, in which this process is a certain node of a cluster.
fn system(node: Option<&str>) -> Box<dyn Host> {
    let mut host = SystemHost::new();
    if let Some(name) = node {
        host.set_variable("CLUSTER_NODE", name);
    }
    Box::new(host)
}

/// Prints diagnostics to standard error: in Bro's form for `bro` and `zeek`, otherwise for people. Notes only matter
/// to `check`, except those of scripts; of fields that are dropped Bro says nothing.
pub(super) fn printer(personality: Personality) -> Sink {
    let is_bro = personality != Personality::Brood;
    let style =
        render::Style { color: std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(), width: 80 };
    Rc::new(RefCell::new(move |sources: &crate::source::SourceMap, diagnostic: &crate::diag::Diagnostic| {
        if diagnostic.severity == Severity::Note && diagnostic.code != Code::RunTimeInfo {
            return;
        }
        if is_bro && diagnostic.code == Code::DroppedField {
            return;
        }
        let text = if is_bro {
            format!("{}\n", bro::line(sources, diagnostic))
        } else {
            render::human(sources, diagnostic, style)
        };
        // Nobody is left to tell where standard error is closed.
        let _ = std::io::stderr().lock().write_all(text.as_bytes());
    }))
}

/// A folder that has a layout stands for it; everything else for itself.
pub(super) fn layout_in(path: &str) -> String {
    let is_layout = |ending: &str| Path::new(path).join(format!("cluster-layout.{ending}")).is_file();
    let is_package = |ending: &str| Path::new(path).join(format!("__load__.{ending}")).is_file();
    let has = |is: &dyn Fn(&str) -> bool| ["bro", "zeek"].into_iter().any(is);
    if has(&is_layout) && !has(&is_package) {
        return format!("{}/cluster-layout", path.trim_end_matches('/'));
    }
    path.to_string()
}

/// Loads a layout beside the cluster framework; what is wrong was printed, and the error is the exit status.
pub(super) fn load_layout(command: &str, path: &str) -> Result<(Engine, Layout), i32> {
    let launch = Launch {
        personality: Personality::Brood,
        bare: true,
        scripts: vec!["base/frameworks/cluster".into(), path.to_owned()],
        layout: Some(path.to_owned()),
        ..Launch::default()
    };
    let engine = launch.load(printer(Personality::Brood));
    if engine.error_count() > 0 {
        return Err(1);
    }
    match Layout::of(&engine.vm) {
        Some(layout) if !layout.nodes.is_empty() => Ok((engine, layout)),
        _ => {
            eprintln!("{command}: {path} adds no nodes to Cluster::nodes");
            Err(1)
        }
    }
}
