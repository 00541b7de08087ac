//! A session: an engine, what was entered so far, and the way back.
//!
//! Each input is whole or not there: if anything about it fails, the session goes back to where it was before. For
//! that the engine is taken down before each input ([`EngineSnapshot`]); `:undo` goes back to the same points. What
//! natives keep for themselves, files and what was printed stay as they are.
//!
//! `:reload` and `:node` begin with a fresh engine, read all scripts again and then enter again, silently, what was
//! entered before. What fails then is dropped with its error.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::evaluate::INPUT;
use super::monitor::SharedAttention;
use super::output::Output;
use super::remote::Attached;
use crate::broker::Watch;
use crate::cluster::Layout;
use crate::diag::{Code, Diagnostic, Severity, render};
use crate::engine::session::EngineSnapshot;
use crate::engine::{Engine, Options, Sink};
use crate::load::path::{directory, is_layout};
use crate::load::{Consumer, Loader, LoaderMark, Setup};
use crate::sema::GLOBAL_MODULE;
use crate::source::{SourceMap, Span};
use crate::value::Value;
use crate::vm::{Host, Raise, RaiseKind, RedirectedHost};

/// How a session begins, as often as it has to.
pub struct StartUp {
    pub options: Options,
    pub setup: Box<dyn Fn() -> Setup>,
    pub host: Box<dyn Fn() -> Box<dyn Host>>,
    pub scripts: Vec<String>,
    /// `VAR=value`
    pub parameters: Vec<String>,
    /// Script text to be read last.
    pub command_line: Option<String>,
    /// Set from outside to stop what an input runs.
    pub interrupt: Arc<AtomicBool>,
}

/// How a session shows things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    pub color: bool,
    pub width: usize,
    /// For people: long values are laid out, types stand behind them. Otherwise values show as `print` shows them.
    pub rich: bool,
}

impl Default for Style {
    fn default() -> Self {
        Style { color: false, width: 80, rich: false }
    }
}

/// What happens to all an input did when something in it fails, and on `:undo`.
pub(super) struct Before {
    engine: EngineSnapshot,
    loader: LoaderMark,
    loaded: usize,
}

/// Something that was entered and worked.
pub(super) struct Accepted {
    pub(super) what: Entered,
    /// The way back; the oldest go when there are too many.
    before: Option<Before>,
}

/// What a replay enters again.
#[derive(Clone)]
pub(super) enum Entered {
    Text(String),
    /// `:load`
    Load(String),
}

/// Values that all ways back hold together.
const MAX_KEPT: usize = 8_000_000;

pub struct Session {
    pub(super) engine: Engine,
    pub(super) loader: Loader,
    pub(super) start: StartUp,
    pub(super) output: Rc<Output>,
    pub(super) style: Style,
    /// The node to be, where `:node` said so; empty for none.
    node: Option<String>,
    pub(super) accepted: Vec<Accepted>,
    /// Scripts of `:load`.
    pub(super) loaded: Vec<String>,
    pub(super) inputs: usize,
    /// The exit status, once the session is to end.
    pub(super) quit: Option<i32>,
    /// The running node at the other end.
    pub(super) attached: Option<Attached>,
    /// Tells when the user has seen enough of what goes on for ever; without one that is at once.
    pub(super) attention: Option<SharedAttention>,
}

impl Session {
    /// Loads the scripts. What is wrong with them goes to `output`; the session is there in any case.
    pub fn new(start: StartUp, output: Rc<Output>, style: Style) -> Session {
        let (engine, loader) = fresh(&start, &[], None, &output, style);
        let mut session = Session {
            engine,
            loader,
            start,
            output,
            style,
            node: None,
            accepted: Vec::new(),
            loaded: Vec::new(),
            inputs: 0,
            quit: None,
            attached: None,
            attention: None,
        };
        session.begin();
        session
    }

    /// What a command works on.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub fn output(&self) -> &Rc<Output> {
        &self.output
    }

    pub fn style(&self) -> Style {
        self.style
    }

    pub fn set_style(&mut self, style: Style) {
        self.style = style;
    }

    /// Lets somebody tell when the user has seen enough.
    pub fn set_attention(&mut self, attention: SharedAttention) {
        self.attention = Some(attention);
    }

    /// The exit status, once the session is to end.
    pub fn quit(&self) -> Option<i32> {
        self.quit
    }

    /// The node that this session is, empty outside a cluster.
    pub fn node(&self) -> String {
        match self.engine.vm.global_by_name("Cluster::node") {
            Some(Value::String(name)) => name.to_lossy().into_owned(),
            _ => String::new(),
        }
    }

    /// `brood> ` or `worker-1> `, with the module where one is in force; `@worker-1> ` where that is another process.
    pub fn prompt(&self) -> String {
        let node = match &self.attached {
            Some(attached) => format!("@{}", attached.title()),
            None => self.node(),
        };
        let name = if node.is_empty() { "brood" } else { &node };
        match self.engine.module().as_str() {
            "" | GLOBAL_MODULE => format!("{name}> "),
            module => format!("{name} {module}> "),
        }
    }

    /// The layout that is loaded, where it has nodes.
    pub fn layout(&self) -> Option<Layout> {
        Layout::of(&self.engine.vm).filter(|layout| !layout.nodes.is_empty())
    }

    /// Lets time pass: what is due by now runs.
    pub fn tick(&mut self) {
        // What nobody took by now, nobody wants.
        while Watch::next_heard(&mut self.engine.vm).is_some() {}
        let result = self.engine.catch_up();
        self.disobey(&result);
        self.follow();
        self.engine.vm.host.flush();
    }

    /// Ends the session as a program ends: `bro_done` runs.
    pub fn finish(&mut self) {
        let _ = self.engine.stop();
        self.engine.vm.host.flush();
    }

    /// Runs what a fresh engine runs first. Scripts that want to end at once are not obeyed: somebody wants to look.
    fn begin(&mut self) {
        let result = self.engine.start();
        self.disobey(&result);
        self.tick();
    }

    /// Goes on where scripts want to end: only who types decides that.
    fn disobey(&mut self, result: &Result<(), Raise>) {
        if let Err(raise) = result
            && let RaiseKind::Exit(_) = raise.kind()
        {
            self.output.line("The scripts asked to exit; the session goes on.");
        } else if self.engine.vm.is_terminating() {
            self.output.line("The scripts asked to terminate; the session goes on.");
        }
        self.engine.vm.go_on();
    }

    /// Ends the session where what was entered asks for it.
    fn notice(&mut self, result: Result<(), Raise>) {
        if let Err(raise) = result
            && let RaiseKind::Exit(status) = raise.kind()
        {
            self.quit = Some(*status);
        } else if self.engine.vm.is_terminating() {
            self.quit = Some(0);
        }
    }

    /// Does something whole or not at all. True where it worked.
    pub(super) fn attempt(
        &mut self,
        what: Option<Entered>,
        work: impl FnOnce(&mut Session) -> Result<(), Raise>,
    ) -> bool {
        // What was due before has nothing to do with this.
        self.tick();
        let before = self.before();
        let errors = self.output.errors();
        self.start.interrupt.store(false, Ordering::Relaxed);
        let mut result = work(self);
        // After an error nothing more happens: events that report it would end in logs.
        if result.is_ok() && self.output.errors() == errors {
            result = self.engine.catch_up();
        }
        match what {
            Some(Entered::Load(_)) => self.disobey(&result),
            _ => self.notice(result),
        }
        self.engine.vm.host.flush();
        if self.output.errors() > errors {
            self.go_back(before);
            return false;
        }
        if let Some(what) = what {
            self.accepted.push(Accepted { what, before: Some(before) });
            self.forget_oldest();
        }
        true
    }

    fn before(&self) -> Before {
        Before { engine: self.engine.snapshot(), loader: self.loader.mark(), loaded: self.loaded.len() }
    }

    fn go_back(&mut self, before: Before) {
        self.engine.restore(before.engine);
        self.loader.rewind(before.loader);
        self.loaded.truncate(before.loaded);
        self.quit = None;
    }

    /// Keeps memory bounded: ways back that lie far behind are given up.
    fn forget_oldest(&mut self) {
        let mut kept = 0;
        for accepted in self.accepted.iter_mut().rev() {
            kept += accepted.before.as_ref().map_or(0, |before| before.engine.size());
            if kept > MAX_KEPT {
                accepted.before = None;
            }
        }
    }

    /// Takes back the last thing that was entered; gives its text.
    pub(super) fn undo(&mut self) -> Result<String, String> {
        let Some(last) = self.accepted.pop() else { return Err("nothing was entered that could be undone".into()) };
        let text = match &last.what {
            Entered::Text(text) => text.clone(),
            Entered::Load(file) => format!(":load {file}"),
        };
        match last.before {
            Some(before) => {
                self.go_back(before);
                Ok(text)
            }
            None => {
                self.accepted.push(Accepted { what: last.what, before: None });
                Err("that lies too far back; :reset forgets everything that was entered".into())
            }
        }
    }

    /// Begins again with the scripts of the start, and forgets everything else.
    pub(super) fn reset(&mut self) {
        self.accepted.clear();
        self.loaded.clear();
        self.node = None;
        self.renew();
    }

    /// Reads all scripts again and enters again what was entered. Gives how many inputs still work, and how many did.
    pub(super) fn reload(&mut self) -> (usize, usize) {
        let entered: Vec<Entered> = self.accepted.drain(..).map(|accepted| accepted.what).collect();
        self.renew();
        let count = entered.len();
        self.output.set_muted(true);
        for what in entered {
            match what {
                Entered::Text(text) => drop(self.enter_script(&text)),
                Entered::Load(file) => drop(self.load_script(&file)),
            }
        }
        self.output.set_muted(false);
        (self.accepted.len(), count)
    }

    /// Is another node from now on; empty for none.
    pub(super) fn become_node(&mut self, name: &str) -> (usize, usize) {
        self.node = Some(name.to_string());
        self.reload()
    }

    fn renew(&mut self) {
        let loaded = std::mem::take(&mut self.loaded);
        let (engine, loader) = fresh(&self.start, &loaded, self.node.as_deref(), &self.output, self.style);
        self.engine = engine;
        self.loader = loader;
        let attached = self.attached.take();
        self.begin();
        if let Some(attached) = attached {
            self.reconnect(attached);
        }
    }
}

/// An engine with the scripts loaded, not started.
fn fresh(
    start: &StartUp,
    layouts: &[String],
    node: Option<&str>,
    output: &Rc<Output>,
    style: Style,
) -> (Engine, Loader) {
    let mut host = RedirectedHost::new((start.host)(), output.clone());
    let mut parameters = start.parameters.clone();
    if let Some(node) = node {
        host.set_variable("CLUSTER_NODE", node);
        parameters.retain(|parameter| !parameter.starts_with("Cluster::node="));
    }
    let mut engine = Engine::new(Box::new(host), start.options.clone(), sink(output, style));
    engine.vm.set_interrupt(start.interrupt.clone());
    let mut setup = (start.setup)();
    // The cluster framework, loaded before all else, looks for the layout on the path.
    for layout in layouts.iter().filter(|script| is_layout(script)) {
        setup.path = setup.path.led_by(directory(layout));
    }
    let mut loader = Loader::new(setup);
    engine.load_with(&mut loader, &start.scripts, &parameters, start.command_line.as_deref());
    (engine, loader)
}

/// Shows diagnostics and counts errors.
fn sink(output: &Rc<Output>, style: Style) -> Sink {
    let output = output.clone();
    let style = render::Style { color: style.color, width: style.width };
    Rc::new(RefCell::new(move |sources: &SourceMap, diagnostic: &Diagnostic| {
        if diagnostic.severity.is_error() {
            output.count_error();
        }
        // Other notes only matter to `brood check`.
        if diagnostic.severity > Severity::Note || diagnostic.code == Code::RunTimeInfo {
            let mut shown = diagnostic.clone();
            let is_input = |(span, text): &(Span, String)| {
                sources.place(*span).is_some_and(|(name, _)| name.starts_with(INPUT))
                    && ["in expression ", "in function "].iter().any(|kind| text.starts_with(kind))
            };
            // That an input led here is plain.
            if shown.chain.last().is_some_and(is_input) {
                shown.chain.pop();
            }
            output.error(render::human(sources, &shown, style).as_bytes());
        }
    }))
}
