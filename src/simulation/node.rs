//! One node of a simulated cluster: what it runs, and the stages of its life.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::host::{Machine, NodeHost};
use super::network::Network;
use crate::diag::{Code, Severity, bro, render};
use crate::engine::{Engine, Options, Personality, Sink};
use crate::load::Setup;
use crate::value::{BodyId, Value};
use crate::vm::{Raise, RaiseKind};

/// What a node runs.
#[derive(Clone)]
pub struct NodeProgram {
    pub options: Options,
    /// Where scripts are found.
    pub setup: Rc<dyn Fn() -> Setup>,
    pub scripts: Vec<String>,
    /// `VAR=value`
    pub parameters: Vec<String>,
    pub command_line: Option<String>,
    pub variables: Vec<(String, String)>,
    /// Jumps that its scripts may make between two looks at the clock: what goes on for longer never ends.
    pub patience: u64,
}

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not started yet.
    Absent,
    Running,
    /// It says farewell.
    Stopping,
    /// With its exit status.
    Ended(i32),
    Killed,
}

/// A node with the machine that it runs on.
pub(super) struct Node {
    pub(super) number: usize,
    pub(super) machine: Rc<RefCell<Machine>>,
    pub(super) program: NodeProgram,
    pub(super) stage: Stage,
    pub(super) engine: Option<Box<Engine>>,
    /// How many errors it reported in its last life that ended.
    pub(super) errors: usize,
    /// Expressions that were asked for in this life, ready to run: some are asked for after every message.
    prepared: BTreeMap<String, BodyId>,
    interrupt: Arc<AtomicBool>,
}

/// What a turn of a node came to.
pub(super) enum Turn {
    /// There is more to do at once.
    More,
    /// It waits until a time of its own clock, or for something to come.
    Waits(f64),
    Over,
}

/// How often a node that says farewell looks for answers, in seconds.
const FAREWELL_STEP: f64 = 0.02;

impl Node {
    pub(super) fn new(number: usize, machine: Machine, program: NodeProgram) -> Self {
        Node {
            number,
            machine: Rc::new(RefCell::new(machine)),
            program,
            stage: Stage::Absent,
            engine: None,
            errors: 0,
            prepared: BTreeMap::new(),
            interrupt: Arc::default(),
        }
    }

    /// Begins a process: loads the scripts and runs what begins a run.
    pub(super) fn start(&mut self, network: &Rc<RefCell<Network>>) {
        self.start_on(NodeHost::new(self.number, self.machine.clone(), network.clone()), |_| ());
    }

    /// As [`Node::start`], on a host, with an engine that was prepared for its task.
    pub(super) fn start_on(&mut self, mut host: NodeHost, prepare: impl FnOnce(&mut Engine)) {
        for (name, value) in &self.program.variables {
            crate::vm::Host::set_variable(&mut host, name, value);
        }
        let mut engine = Engine::new(Box::new(host), self.program.options.clone(), self.sink());
        engine.vm.set_patience(Some(self.program.patience));
        prepare(&mut engine);
        let command_line = self.program.command_line.as_deref();
        engine.load((self.program.setup)(), &self.program.scripts, &self.program.parameters, command_line);
        let is_wrong = engine.error_count() > 0;
        self.engine = Some(Box::new(engine));
        self.prepared.clear();
        if is_wrong {
            return self.end(1);
        }
        self.stage = Stage::Running;
        self.turn_of(Engine::start);
    }

    /// Where its diagnostics go: to its standard error.
    fn sink(&self) -> Sink {
        let machine = self.machine.clone();
        let is_bro = self.program.options.personality != Personality::Brood;
        Rc::new(RefCell::new(move |sources: &crate::source::SourceMap, diagnostic: &crate::diag::Diagnostic| {
            if diagnostic.severity == Severity::Note && diagnostic.code != Code::RunTimeInfo {
                return;
            }
            let text = if is_bro {
                format!("{}\n", bro::line(sources, diagnostic))
            } else {
                render::human(sources, diagnostic, render::Style::default())
            };
            machine.borrow_mut().memory.errors.extend_from_slice(text.as_bytes());
        }))
    }

    /// Asks it to end, as a signal would.
    pub(super) fn stop(&mut self) {
        if self.stage == Stage::Running {
            self.turn_of(|engine| {
                engine.vm.terminate();
                engine.begin_stop()
            });
            if self.stage == Stage::Running {
                self.stage = Stage::Stopping;
            }
        }
    }

    /// Ends it without a word.
    pub(super) fn kill(&mut self) {
        self.engine = None;
        self.machine.borrow_mut().lose_what_was_not_written();
        self.stage = Stage::Killed;
    }

    fn end(&mut self, status: i32) {
        self.errors = self.engine.take().map_or(0, |engine| engine.error_count());
        self.stage = Stage::Ended(status);
    }

    /// Works on the engine; an error that ends it ends the node.
    fn turn_of<R: Default>(&mut self, work: impl FnOnce(&mut Engine) -> Result<R, Raise>) -> R {
        let Some(engine) = &mut self.engine else { return R::default() };
        engine.vm.set_patience(Some(self.program.patience));
        match work(engine) {
            Ok(result) => result,
            Err(raise) => {
                let status = match raise.kind() {
                    RaiseKind::Exit(status) => *status,
                    _ => 1,
                };
                self.end(status);
                R::default()
            }
        }
    }

    /// Does what is due now.
    pub(super) fn turn(&mut self) -> Turn {
        match self.stage {
            Stage::Running => self.run(),
            Stage::Stopping => {
                if self.turn_of(Engine::finish_stop) {
                    self.end(0);
                }
                if self.engine.is_some() { Turn::Waits(self.clock() + FAREWELL_STEP) } else { Turn::Over }
            }
            Stage::Absent | Stage::Ended(_) | Stage::Killed => Turn::Over,
        }
    }

    fn run(&mut self) -> Turn {
        let interrupt = self.interrupt.clone();
        let goes_on = self.turn_of(|engine| Ok(engine.goes_on(&interrupt)));
        if self.engine.is_some() && !goes_on {
            self.stage = Stage::Stopping;
            self.turn_of(Engine::begin_stop);
            return if self.engine.is_some() { Turn::More } else { Turn::Over };
        }
        let before = self.engine.as_ref().map_or(0, |engine| engine.vm.event_counts().1);
        self.turn_of(|engine| engine.step_within(0.0));
        let Some(engine) = &self.engine else { return Turn::Over };
        if engine.vm.has_events() || engine.vm.is_terminating() || engine.vm.event_counts().1 != before {
            return Turn::More;
        }
        Turn::Waits(engine.next_due())
    }

    /// The value of an expression, as it would be outside all functions; or what is wrong.
    pub(super) fn evaluate(&mut self, expression: &str) -> Result<Value, String> {
        let Some(engine) = &mut self.engine else {
            return Err(format!("{} does not run", self.machine.borrow().name));
        };
        let before = self.machine.borrow().memory.errors.len();
        let now = engine.vm.host.now();
        engine.vm.set_network_time(now);
        let known = self.prepared.get(expression).copied();
        let body = match known {
            Some(body) => Some(body),
            None => {
                let body = engine.parse(expression).map_err(|diagnostic| diagnostic.message.clone())?;
                engine.prepare(&body).map(|(body, _)| body)
            }
        };
        let value = match body {
            Some(body) => {
                if known.is_none() {
                    self.prepared.insert(expression.to_owned(), body);
                }
                engine.evaluate(body).map_err(|_| "the script ended".to_owned())?
            }
            None => None,
        };
        value.ok_or_else(|| {
            let machine = self.machine.borrow();
            let said = machine.memory.errors.get(before..).unwrap_or_default();
            format!("{expression} has no value there: {}", String::from_utf8_lossy(said).trim_end())
        })
    }

    /// The time as the node has it.
    pub(super) fn clock(&mut self) -> f64 {
        self.engine.as_mut().map_or(0.0, |engine| engine.vm.host.now())
    }
}
