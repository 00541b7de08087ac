//! What every command that loads scripts needs: the search path, the host, an engine, and who prints diagnostics.

use std::cell::RefCell;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use super::called_as;
use super::output::style;
use crate::cluster::Layout;
use crate::cluster::places::Places;
use crate::diag::say;
use crate::engine::{Engine, Observer, Personality, Sink};
use crate::launch::{Launch, printed};
use crate::load::Setup;
use crate::load::disk::Disk;
use crate::load::files::Files;
use crate::load::path::SearchPath;
use crate::repl::StartUp;
use crate::source::{SourceMap, Span, Symbol};
use crate::syntax::ast::{Decl, Expr};
use crate::vm::{Host, SystemHost};

/// A variable of this process's environment.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The program that this process was called as.
fn personality() -> Personality {
    called_as(std::env::args_os().next().as_ref())
}

/// The search path that the environment asks for.
pub(super) fn search_path() -> SearchPath {
    crate::launch::search_path(personality(), &variable)
}

/// Automatic prefixes: those of the environment, then those of the command line.
pub(super) fn prefixes(given: &[String]) -> Vec<String> {
    crate::launch::prefixes(personality(), &variable, given)
}

/// How scripts are found by this process.
pub(super) fn setup_with(launch: &Launch, files: Rc<dyn Files>) -> Setup {
    launch.setup(files, &variable)
}

/// How a session at the prompt begins, and begins again.
pub(super) fn start_up(launch: Launch) -> StartUp {
    let node = launch.node();
    StartUp {
        options: launch.options(),
        scripts: launch.scripts.clone(),
        parameters: launch.parameters.clone(),
        command_line: launch.command_line.clone(),
        interrupt: Arc::default(),
        setup: Box::new(move || setup_with(&launch, Rc::new(Disk))),
        host: Box::new(move || system(node.iter().map(|node| ("CLUSTER_NODE", node.clone())))),
    }
}

/// The command line of this process. What of it is no text names files and is of use to them only.
pub(super) fn words() -> Vec<String> {
    std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect()
}

/// An engine with everything loaded; the errors were printed.
pub(super) fn load(launch: &Launch, sink: Sink) -> Engine {
    let mut engine = Engine::new(system(launch.variables()), launch.options(), sink);
    launch.load_into(&mut engine, setup_with(launch, Rc::new(Disk)), words());
    engine
}

/// The real world, with some variables besides those of the environment.
fn system(variables: impl IntoIterator<Item = (&'static str, String)>) -> Box<dyn Host> {
    let mut host = SystemHost::new();
    for (name, value) in variables {
        host.set_variable(name, &value);
    }
    Box::new(host)
}

/// Prints diagnostics to standard error.
pub(super) fn printer(personality: Personality) -> Sink {
    let style = style();
    Rc::new(RefCell::new(move |sources: &SourceMap, diagnostic: &crate::diag::Diagnostic| {
        if let Some(text) = printed(personality, sources, diagnostic, style) {
            // Nobody is left to tell where standard error is closed.
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        }
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
    load_layout_with_places(command, path, Rc::new(Disk)).map(|(engine, layout, _)| (engine, layout))
}

/// As [`load_layout`], with the places of the entries. `-` is standard input, as the files have it.
pub(super) fn load_layout_with_places(
    command: &str,
    path: &str,
    files: Rc<dyn Files>,
) -> Result<(Engine, Layout, Places), i32> {
    let launch = Launch {
        personality: Personality::Brood,
        bare: true,
        scripts: vec!["base/frameworks/cluster".into(), path.to_owned()],
        layout: (path != "-").then(|| path.to_owned()),
        ..Launch::default()
    };
    let places: Rc<RefCell<Entries>> = Rc::default();
    let mut engine = Engine::new(system(launch.variables()), launch.options(), printer(Personality::Brood));
    engine.observe(places.clone());
    launch.load_into(&mut engine, setup_with(&launch, files), words());
    if engine.error_count() > 0 {
        return Err(1);
    }
    match Layout::of(&engine.vm) {
        Some(layout) if !layout.nodes.is_empty() => Ok((engine, layout, places.take().0)),
        _ => {
            say!("{command}: {path} adds no nodes to Cluster::nodes");
            Err(1)
        }
    }
}

/// Takes note of where the entries of a layout stand.
#[derive(Default)]
struct Entries(Places);

impl Observer for Entries {
    fn declaration(&mut self, _: &SourceMap, declaration: &Decl, module: Symbol) {
        self.0.observe(declaration, module);
    }

    fn condition(&mut self, _: &SourceMap, _: &Expr, _: Symbol) {}

    fn load(&mut self, _: &SourceMap, _: &str, _: Span) {}
}
