//! One engine: scripts loaded into a machine, and the main loop that drives it.
//!
//! [`Engine`] ties the layers together: the loader feeds it declarations, the checker enters them into the program,
//! the machine performs what follows from each before the next is read. Nothing here reaches outside but through the
//! [`Host`] and the [`Files`](crate::load::files::Files) it was handed, so that many engines can live in one process.

mod actions;
mod consumer;
mod main_loop;
mod observer;
pub mod session;
mod status;

use std::cell::RefCell;
use std::rc::Rc;

pub use observer::Observer;
use serde::{Deserialize, Serialize};

use crate::broker::{Peering, log_to_peers, set_opaque_forms};
use crate::builtins;
use crate::code::Counters;
use crate::diag::{Code, Diagnostic};
use crate::load::{Loader, Setup};
use crate::program::Program;
use crate::sema;
use crate::source::{FileId, Span, Symbol};
use crate::value::BodyId;
use crate::value::table::order::{KeyedHash, iterate_as_bro};
use crate::vm::{Host, Vm};

/// Which program's ways the engine follows where releases differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Personality {
    /// Bro's behaviour and the language of all releases.
    #[default]
    Brood,
    /// Called as `bro`: what Bro 2.6 refuses is refused.
    Bro,
    /// Called as `zeek`.
    Zeek,
}

/// What an engine is told at its start.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub personality: Personality,
    /// Load `base/init-bare` only, not `base/init-default`: `-b`.
    pub bare: bool,
    /// Check bodies of embedded scripts too, before anything calls them.
    pub check_all_bodies: bool,
    /// Say of calls what will be wrong when they run.
    pub advise: bool,
    /// Keep the bodies of initialisers after they ran, to be looked at.
    pub keep_bodies: bool,
    /// Load nothing of the base scripts at all: for tests of the language itself.
    pub no_base: bool,
    /// Count how often statements run.
    pub counts_statements: bool,
}

/// Where diagnostics go. Shared, since both loading and running report.
pub type Sink = Rc<RefCell<dyn FnMut(&crate::source::SourceMap, &Diagnostic)>>;

/// The packages that scripts of clusters need and that nothing loads by itself with `-b`.
const PACKAGES: &[(&str, &str)] = &[
    ("Broker", "base/frameworks/broker"),
    ("Cluster", "base/frameworks/cluster"),
    ("Config", "base/frameworks/config"),
    ("Control", "base/frameworks/control"),
    ("Log", "base/frameworks/logging"),
    ("Reporter", "base/frameworks/reporter"),
    ("Site", "base/utils/site"),
];

/// A loaded set of scripts with its machine.
pub struct Engine {
    pub vm: Vm,
    options: Options,
    sink: Sink,
    module: Symbol,
    ignore_deprecations: bool,
    /// Statements outside functions, to be run after loading.
    statements: Vec<BodyId>,
    /// Scripts in the order they were begun, with how deep.
    scripts: Vec<(FileId, usize)>,
    errors: usize,
    observer: Option<Rc<RefCell<dyn Observer>>>,
    reporting: Option<status::Reporting>,
    /// What the order of tables follows from, in place of that of insertion.
    order: Option<KeyedHash>,
    counts_before_farewell: Option<Counters>,
}

impl Engine {
    pub fn new(host: Box<dyn Host>, options: Options, sink: Sink) -> Self {
        let mut vm = Vm::new(Program::new(builtins::find), host, builtins::FAMILIES);
        let reports = sink.clone();
        vm.set_reporter(Box::new(move |vm, diagnostic| {
            builtins::reporter::raise_event(vm, diagnostic);
            if !builtins::reporter::goes_to_standard_error(vm, diagnostic.severity) {
                return;
            }
            // A report that comes while one is being given out goes the plain way.
            match reports.try_borrow_mut() {
                Ok(mut report) => report(&vm.program.sources, diagnostic),
                Err(_) => vm.host.write_error(format!("{}\n", diagnostic.message).as_bytes()),
            }
        }));
        if options.personality != Personality::Brood {
            vm.stop_at_internal_errors();
        }
        if options.counts_statements {
            vm.count_statements();
        }
        log_to_peers(&mut vm);
        set_opaque_forms(&mut vm, builtins::OPAQUE_FORMS);
        vm.state::<Peering>().zeek_words = options.personality == Personality::Zeek;
        Engine {
            vm,
            options,
            sink,
            module: Symbol::new(sema::GLOBAL_MODULE),
            ignore_deprecations: false,
            statements: Vec::new(),
            scripts: Vec::new(),
            errors: 0,
            observer: None,
            reporting: None,
            order: None,
            counts_before_farewell: None,
        }
    }

    /// Called as `bro` with fixed seeds, tables are gone through in Bro's own order: its tests depend on that.
    fn set_order(&mut self) {
        let seeded = self.options.personality == Personality::Bro && self.vm.variable("BRO_SEED_FILE").is_some();
        self.order = seeded.then(|| builtins::seeds::keyed_hash(&mut self.vm));
        self.resume();
    }

    /// Says that this engine works next, where several share a thread.
    pub fn resume(&self) {
        iterate_as_bro(self.order.clone());
    }

    /// Loads the base scripts, then `scripts`, then what the command line sets and says.
    pub fn load(&mut self, setup: Setup, scripts: &[String], parameters: &[String], command_line: Option<&str>) {
        self.load_with(&mut Loader::new(setup), scripts, parameters, command_line);
    }

    /// As [`Engine::load`], with a loader that the caller keeps.
    pub fn load_with(
        &mut self,
        loader: &mut Loader,
        scripts: &[String],
        parameters: &[String],
        command_line: Option<&str>,
    ) {
        let now = self.vm.host.now();
        builtins::stats::set_start_time(&mut self.vm, now);
        if let Err(message) = builtins::seeds::load_seeds(&mut self.vm) {
            self.report(&Diagnostic::fatal(Code::RunTime, Span::NONE, message));
            return;
        }
        self.set_order();
        if !self.options.no_base {
            loader.base_script(self, "base/init-bare");
            if self.options.personality == Personality::Zeek {
                // Zeek has the cluster framework in a bare run too.
                loader.base_script(self, "policy/zeek-compat");
                loader.base_script(self, "base/frameworks/cluster");
            }
            if !self.options.bare {
                loader.base_script(self, "base/init-default");
            }
        }
        for script in scripts {
            loader.script(self, script);
        }
        loader.finish(self, parameters, command_line);
        self.vm.program.shrink();
    }

    /// How often statements ran until the events that end a run, which is what Bro 2.6 tells; `None` before that.
    pub fn counts_before_farewell(&self) -> Option<&Counters> {
        self.counts_before_farewell.as_ref()
    }

    /// Errors reported while loading and running.
    pub fn error_count(&self) -> usize {
        self.errors + self.vm.error_count()
    }

    /// Names of the scripts that were read, with the depth of `@load`s around each.
    pub fn loaded_scripts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.scripts
            .iter()
            .map(|(file, level)| (self.vm.program.sources.get(*file).map_or("", |source| &*source.name), *level))
    }

    /// Hands a diagnostic of loading to the sink.
    pub fn report(&mut self, diagnostic: &Diagnostic) {
        if diagnostic.severity.is_error() {
            self.errors += 1;
        }
        if let Ok(mut report) = self.sink.try_borrow_mut() {
            match self.package_of_unknown(diagnostic) {
                Some(package) => {
                    let note = format!("this is part of {package}: @load {package}");
                    report(&self.vm.program.sources, &diagnostic.clone().note(note));
                }
                None => report(&self.vm.program.sources, diagnostic),
            }
        }
    }

    /// The package that declares an unknown name of a module of which nothing was loaded.
    fn package_of_unknown(&self, diagnostic: &Diagnostic) -> Option<&'static str> {
        if !matches!(diagnostic.code, Code::UnknownIdentifier | Code::BadRedef) {
            return None;
        }
        let program = &self.vm.program;
        let (module, _) = std::str::from_utf8(program.sources.text(diagnostic.span)).ok()?.split_once("::")?;
        let package = PACKAGES.iter().find(|(known, _)| *known == module && !program.has_module(known));
        package.map(|(_, package)| *package)
    }

    fn checker_options(&self) -> sema::Options {
        sema::Options {
            as_bro: self.options.personality == Personality::Bro,
            check_all_bodies: self.options.check_all_bodies,
            resolved_late: false,
            advise: self.options.advise,
            ignore_deprecations: self.ignore_deprecations,
        }
    }
}
